"""The service plan: rows, the occurrences they owe, completions and papers due."""
