"""Engines: what turns infrastructure source into infrastructure."""
