"""Editing Terraform source so that it says what is live: small edits in place, each of them proven by reading again."""

from pavior.adapters.adopting.source import adopt_source

__all__ = ["adopt_source"]
