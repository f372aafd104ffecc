"""Roles name what they allow."""
