"""Schemes, indicators, measuring, scoring and sealing; knows measures by name, no operating domain by import."""
