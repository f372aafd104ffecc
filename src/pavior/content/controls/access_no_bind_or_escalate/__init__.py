"""Roles cannot be used to get more rights."""
