"""Container images are named by their digest."""
