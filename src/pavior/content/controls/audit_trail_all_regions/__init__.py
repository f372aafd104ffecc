"""The control audit-trail-all-regions."""
