"""The API server speaks with machines over TLS."""
