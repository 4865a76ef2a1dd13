"""Checks, samples, states, alarms and availability."""
