"""Containers use no ports of the machine."""
