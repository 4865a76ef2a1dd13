"""Pages of assets: systems and devices, and when they were in use."""
