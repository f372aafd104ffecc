"""Keeps records and gives them back, over HTTP."""
