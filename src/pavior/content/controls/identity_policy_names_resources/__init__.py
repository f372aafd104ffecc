"""The control identity-policy-names-resources."""
