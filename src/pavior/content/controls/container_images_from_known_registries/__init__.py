"""The control container-images-from-known-registries."""
