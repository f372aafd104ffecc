"""The control database-in-two-zones."""
