"""The control object-storage-encrypted-with-own-key."""
