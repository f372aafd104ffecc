"""The control load-balancer-deletion-protected."""
