"""Yunheng (运衡): runs an outsourced IT-operations contract and weighs it."""

__version__ = "0.1.0"
