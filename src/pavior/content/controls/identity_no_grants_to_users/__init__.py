"""The control identity-no-grants-to-users."""
