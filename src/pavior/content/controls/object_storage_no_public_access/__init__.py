"""The control object-storage-no-public-access."""
