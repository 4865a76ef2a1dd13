"""Every document and dashboard: definitions made from blocks."""
