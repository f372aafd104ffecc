"""The control database-performance-recorded."""
