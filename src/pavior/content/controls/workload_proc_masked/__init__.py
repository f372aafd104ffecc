"""The kernel's files stay hidden from containers."""
