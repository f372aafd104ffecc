"""The control web-backend-tls-only."""
