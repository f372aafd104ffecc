"""The API server writes down who did what."""
