"""The control network-egress-named."""
