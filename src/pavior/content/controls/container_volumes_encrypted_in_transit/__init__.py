"""The control container-volumes-encrypted-in-transit."""
