"""Containers are not privileged."""
