"""What the supervisor (监理) reviews, notices, accepts and approves."""
