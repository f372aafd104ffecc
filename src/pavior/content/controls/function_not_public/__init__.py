"""The control function-not-public."""
