"""Organisations, users, roles, postings and service calendars as data."""
