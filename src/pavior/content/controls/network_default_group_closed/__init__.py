"""The control network-default-group-closed."""
