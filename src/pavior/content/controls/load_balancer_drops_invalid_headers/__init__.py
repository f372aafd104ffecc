"""The control load-balancer-drops-invalid-headers."""
