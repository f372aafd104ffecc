"""Objectives: what a service promises, stated next to the code and checked against its schema."""
