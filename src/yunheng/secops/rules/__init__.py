"""What a security event counts as: values in, values out."""
