"""Intervals, business time, recurrence, availability and scoring: standard library and numpy only, no Django, no clock, no I/O."""
