"""The control notebook-encrypted-with-own-key."""
