"""`yunheng demo`: a fictional office lives through one service year, in a database of its own."""

from yunheng.site.demo.command import main

__all__ = ["main"]
