"""The control key-enabled."""
