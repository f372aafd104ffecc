"""Threat models: what could go wrong, stated next to the code and checked against its schema."""
