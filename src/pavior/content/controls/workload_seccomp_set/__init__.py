"""Containers may use only the system calls of a profile."""
