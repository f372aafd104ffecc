"""Pods that do not speak to the cluster get no token for it."""
