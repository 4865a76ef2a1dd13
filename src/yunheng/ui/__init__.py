"""Base templates, components, navigation and panel registries, the list machinery; no domain nouns."""
