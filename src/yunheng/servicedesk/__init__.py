"""Incidents and requests, their facts of time, clocks and pauses."""
