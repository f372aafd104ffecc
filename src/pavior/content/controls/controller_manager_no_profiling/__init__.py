"""The cluster's controllers do not show their inside."""
