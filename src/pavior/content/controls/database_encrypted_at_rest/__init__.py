"""The control database-encrypted-at-rest."""
