"""The API server proves to the store who it is."""
