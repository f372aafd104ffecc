"""Pods cannot reach the container runtime."""
