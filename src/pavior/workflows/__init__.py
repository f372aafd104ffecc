"""Promises that take long or span domains, each kept whatever is killed in between."""
