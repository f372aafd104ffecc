"""The control identity-policy-no-escalation."""
