"""Security operations: the register of security events."""
