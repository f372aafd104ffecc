"""Forges: where repositories live."""
