"""Systems and devices in scope and the periods in which they are in use."""
