"""The control resource-policy-no-public-access."""
