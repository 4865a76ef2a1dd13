"""Scopes and grants, numbering, audit chain, outbox, jobs, decisions, imports, registries; no domain nouns."""
