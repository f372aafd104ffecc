"""The control function-called-by-named-sources."""
