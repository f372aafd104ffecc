"""The control database-backups-kept-a-week."""
