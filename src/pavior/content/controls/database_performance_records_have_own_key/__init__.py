"""The control database-performance-records-have-own-key."""
