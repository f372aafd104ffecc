"""Roles do not approve requests for certificates."""
