"""The control messages-encrypted."""
