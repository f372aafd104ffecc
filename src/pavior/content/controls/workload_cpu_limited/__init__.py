"""Containers say how much processor time they need and may take."""
