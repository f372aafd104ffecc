"""The only module that chooses adapters. An explicit table; nothing registers itself on import."""
