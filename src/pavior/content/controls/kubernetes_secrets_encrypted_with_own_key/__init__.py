"""The control kubernetes-secrets-encrypted-with-own-key."""
