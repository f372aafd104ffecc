"""Containers get no capabilities beyond the usual ones."""
