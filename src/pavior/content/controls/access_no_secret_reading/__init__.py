"""Nobody may read all secrets."""
