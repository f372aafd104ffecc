"""The control database-deletion-protected."""
