"""The control resources-in-allowed-regions."""
