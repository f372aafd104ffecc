"""The control network-no-open-admin-ports."""
