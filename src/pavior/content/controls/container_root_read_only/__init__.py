"""The control container-root-read-only."""
