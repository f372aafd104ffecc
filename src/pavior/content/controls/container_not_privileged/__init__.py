"""The control container-not-privileged."""
