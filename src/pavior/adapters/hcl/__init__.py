"""Terraform's language: read into blocks and expressions, evaluated as far as the source alone can tell."""
