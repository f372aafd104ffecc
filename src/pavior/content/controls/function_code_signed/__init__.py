"""The control function-code-signed."""
