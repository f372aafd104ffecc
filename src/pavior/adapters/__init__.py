"""What we drive: one folder a port, one module a tool."""
