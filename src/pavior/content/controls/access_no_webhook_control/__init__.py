"""Roles cannot change what is asked before objects are stored."""
