"""The control audit-trail-shows-changes."""
