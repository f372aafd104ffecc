"""The control disk-encryption-on-by-default."""
