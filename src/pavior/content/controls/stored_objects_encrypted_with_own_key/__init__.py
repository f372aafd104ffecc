"""The control stored-objects-encrypted-with-own-key."""
