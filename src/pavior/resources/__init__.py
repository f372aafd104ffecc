"""What infrastructure looks like: resources, the graph they form, and the views that controls read. Pure."""
