"""Containers do not run as root."""
