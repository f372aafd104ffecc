"""The control backups-encrypted-with-own-key."""
