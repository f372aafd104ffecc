"""The control machine-metadata-needs-token."""
