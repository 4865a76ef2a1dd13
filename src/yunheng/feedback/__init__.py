"""Surveys, complaints and the monthly nil return."""
