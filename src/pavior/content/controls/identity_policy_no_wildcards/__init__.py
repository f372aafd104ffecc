"""The control identity-policy-no-wildcards."""
