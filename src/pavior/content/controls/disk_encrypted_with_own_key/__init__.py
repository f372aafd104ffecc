"""The control disk-encrypted-with-own-key."""
