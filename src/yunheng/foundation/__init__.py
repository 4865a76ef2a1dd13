"""Scopes and grants, numbering, audit chain, outbox, jobs, decisions, import batches and the registries; no domain nouns."""
