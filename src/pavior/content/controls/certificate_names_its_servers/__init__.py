"""The control certificate-names-its-servers."""
