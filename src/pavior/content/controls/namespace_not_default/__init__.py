"""Nothing lives in the namespace called default."""
