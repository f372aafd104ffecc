"""Containers give up all capabilities that they do not need."""
