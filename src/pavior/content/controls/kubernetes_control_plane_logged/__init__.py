"""The control kubernetes-control-plane-logged."""
