"""The engine that needs no installation: Terraform source of a documented subset, brought about through boto3.

See docs/reference/embedded-engine.md for the subset.
"""

from pavior.adapters.engines.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
