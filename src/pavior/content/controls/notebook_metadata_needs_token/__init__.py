"""The control notebook-metadata-needs-token."""
