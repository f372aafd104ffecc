"""The control resource-policy-no-wildcard-actions."""
