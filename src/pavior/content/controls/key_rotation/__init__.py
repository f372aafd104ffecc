"""The control key-rotation."""
