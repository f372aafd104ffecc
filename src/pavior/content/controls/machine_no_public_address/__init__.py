"""The control machine-no-public-address."""
