"""The control database-minor-upgrades."""
