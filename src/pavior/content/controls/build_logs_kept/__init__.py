"""The control build-logs-kept."""
