"""What pages, actions and measures ask of tickets, each in a known number of statements."""
