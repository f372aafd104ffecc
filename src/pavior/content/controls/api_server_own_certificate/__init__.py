"""The API server has a certificate that somebody gave it."""
