"""Pages of contracts: projects, contracts, service targets, payments."""
