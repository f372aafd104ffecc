"""The control requests-logged."""
