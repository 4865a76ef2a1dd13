"""Levels, clocks, the projection of a ticket from its facts, and its states: values in, values out."""
