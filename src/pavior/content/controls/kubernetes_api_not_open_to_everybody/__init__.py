"""The control kubernetes-api-not-open-to-everybody."""
