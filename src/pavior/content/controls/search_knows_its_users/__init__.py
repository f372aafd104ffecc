"""The control search-knows-its-users."""
