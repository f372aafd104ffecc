"""The control object-storage-tls-only."""
