"""Template engines: what turns a golden path into files."""
