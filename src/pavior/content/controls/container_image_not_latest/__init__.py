"""Container images have a version."""
