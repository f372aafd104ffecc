"""The API server asks whether a request is allowed."""
