"""Enough of the audit log is kept."""
