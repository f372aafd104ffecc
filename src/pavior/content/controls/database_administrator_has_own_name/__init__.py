"""The control database-administrator-has-own-name."""
