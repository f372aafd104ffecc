"""The control web-requests-recorded."""
