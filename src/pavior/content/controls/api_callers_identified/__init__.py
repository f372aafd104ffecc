"""The control api-callers-identified."""
