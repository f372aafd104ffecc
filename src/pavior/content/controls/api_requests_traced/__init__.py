"""The control api-requests-traced."""
