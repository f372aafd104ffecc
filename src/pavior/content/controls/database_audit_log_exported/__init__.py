"""The control database-audit-log-exported."""
