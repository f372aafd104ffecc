"""The control function-runtime-supported."""
