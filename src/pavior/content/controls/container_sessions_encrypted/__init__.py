"""The control container-sessions-encrypted."""
