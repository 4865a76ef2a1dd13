"""Intervals, business time, recurrence, availability, scoring: standard library and numpy only, no Django, no clock."""
