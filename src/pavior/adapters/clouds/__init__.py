"""Clouds: where environments live."""
