"""Terraform's states, kept for whoever runs Terraform by themselves: versions, and the lock."""
