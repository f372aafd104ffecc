"""The control passwords-not-reused."""
