"""Pavior: a secure internal developer platform. The paved road with the guardrails built in."""

__version__ = "0.1.0"
