"""The control database-host-monitored."""
