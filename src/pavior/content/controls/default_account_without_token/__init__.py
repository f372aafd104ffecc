"""The default service account gives no tokens."""
