"""Pods change only kernel settings that are their own."""
