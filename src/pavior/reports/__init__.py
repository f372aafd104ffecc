"""Read-only questions that reach across domains: the pages and the numbers."""
