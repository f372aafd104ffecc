"""The engine for templates of AWS CloudFormation."""

from pavior.adapters.engines.cloudformation.engine import CloudFormationEngine

__all__ = ["CloudFormationEngine"]
