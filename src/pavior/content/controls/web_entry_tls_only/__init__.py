"""The control web-entry-tls-only."""
