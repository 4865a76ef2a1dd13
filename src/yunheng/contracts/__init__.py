"""Projects, sub-projects, contracts, service targets, staffing requirements, budget and payment nodes."""
