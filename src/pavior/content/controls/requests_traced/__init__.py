"""The control requests-traced."""
