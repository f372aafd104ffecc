"""The control audit-trail-announces-records."""
