"""The control object-storage-access-recorded."""
