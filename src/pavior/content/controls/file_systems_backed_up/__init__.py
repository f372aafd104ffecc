"""The control file-systems-backed-up."""
