"""The control database-engine-cannot-read-host-files."""
