"""What is wrong, who owns it, and when it must be gone: one queue for every source."""
