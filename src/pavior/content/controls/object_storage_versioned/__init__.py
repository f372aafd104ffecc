"""The control object-storage-versioned."""
