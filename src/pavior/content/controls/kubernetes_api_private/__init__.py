"""The control kubernetes-api-private."""
