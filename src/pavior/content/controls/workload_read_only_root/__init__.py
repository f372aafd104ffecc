"""The files of an image cannot be changed while it runs."""
