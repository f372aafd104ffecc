"""The control database-snapshots-taken."""
