"""The control images-scanned-on-push."""
