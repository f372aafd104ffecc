"""The control audit-trail-encrypted-with-own-key."""
