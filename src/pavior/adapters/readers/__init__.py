"""Readers: from a format to a ResourceGraph."""
