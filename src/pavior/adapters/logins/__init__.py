"""Where people are known already."""
