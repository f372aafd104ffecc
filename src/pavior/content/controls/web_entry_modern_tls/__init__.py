"""The control web-entry-modern-tls."""
