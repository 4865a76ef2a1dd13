"""Measured figures behind docs/benchmarks.md; each file prints its own."""
