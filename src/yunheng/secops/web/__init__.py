"""Pages of secops."""
