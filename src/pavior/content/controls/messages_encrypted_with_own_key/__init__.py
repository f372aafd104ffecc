"""The control messages-encrypted-with-own-key."""
