"""The control machine-image-encrypted-with-own-key."""
