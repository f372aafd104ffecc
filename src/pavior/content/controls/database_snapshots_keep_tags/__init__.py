"""The control database-snapshots-keep-tags."""
