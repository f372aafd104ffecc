"""The control identity-policy-no-reading-of-all-secrets."""
