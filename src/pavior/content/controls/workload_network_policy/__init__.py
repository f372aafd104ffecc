"""A network policy says who may reach a pod."""
