"""The control file-systems-encrypted-with-own-key."""
