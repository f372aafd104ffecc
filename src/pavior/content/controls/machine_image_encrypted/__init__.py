"""The control machine-image-encrypted."""
