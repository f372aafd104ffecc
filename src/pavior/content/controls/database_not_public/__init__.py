"""The control database-not-public."""
