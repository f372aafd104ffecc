"""The control kubernetes-nodes-login-limited."""
