"""The control environment-without-secrets."""
