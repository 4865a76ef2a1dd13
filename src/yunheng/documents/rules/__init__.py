"""Report blocks and charts: values in, values out."""
