"""Rules of a contract over plain values: staffing, service period, payments, the table of template targets."""
