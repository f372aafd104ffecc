"""The control database-snapshots-not-public."""
