"""The control function-failures-kept."""
