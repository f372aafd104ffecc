"""The control function-settings-encrypted-with-own-key."""
