"""The control search-nodes-encrypted."""
