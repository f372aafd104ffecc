"""The control passwords-long-and-mixed."""
