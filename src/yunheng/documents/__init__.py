"""Files, versions and submissions; report blocks and their renderers."""
