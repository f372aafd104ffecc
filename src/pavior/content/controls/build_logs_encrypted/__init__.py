"""The control build-logs-encrypted."""
