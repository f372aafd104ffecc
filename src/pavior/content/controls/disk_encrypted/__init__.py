"""The control disk-encrypted."""
