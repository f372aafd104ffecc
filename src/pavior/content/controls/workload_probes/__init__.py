"""Containers tell whether they are ready and alive."""
