"""The control search-tls-version."""
