"""The control database-login-by-identity."""
