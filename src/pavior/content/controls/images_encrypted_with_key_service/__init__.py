"""The control images-encrypted-with-key-service."""
