"""The control resource-policy-no-lockout."""
