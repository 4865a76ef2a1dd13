"""Django's SQLite backend with one write gate before BEGIN; see docs/decisions for the figures behind it."""
