"""The control build-artifacts-encrypted."""
