"""The control audit-trail-enabled."""
