"""The control query-results-encrypted."""
