"""Controls, golden paths and threats as package data."""
