"""The control file-systems-encrypted."""
