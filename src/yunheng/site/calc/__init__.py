"""`yunheng calc`: working time, schedules, availability and scores from JSON, without Django and without a database."""

from yunheng.site.calc.command import main

__all__ = ["main"]
