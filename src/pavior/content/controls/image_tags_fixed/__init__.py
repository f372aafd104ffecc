"""The control image-tags-fixed."""
