"""The control object-storage-encrypted."""
