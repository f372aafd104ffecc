"""The control database-logs-exported."""
