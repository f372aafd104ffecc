"""The control database-encrypted-with-own-key."""
