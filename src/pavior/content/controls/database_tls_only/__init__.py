"""The control database-tls-only."""
