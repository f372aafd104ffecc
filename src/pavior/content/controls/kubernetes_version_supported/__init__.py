"""The control kubernetes-version-supported."""
