"""The control database-point-in-time-recovery."""
