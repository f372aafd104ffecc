"""The control log-retention."""
