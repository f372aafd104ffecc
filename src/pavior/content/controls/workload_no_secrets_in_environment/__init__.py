"""Secrets are not given as environment variables."""
