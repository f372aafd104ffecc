"""Containers have a limit for memory."""
