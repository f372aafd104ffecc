"""A GoldenPath and what comes of rendering it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class GoldenPath:
    """A template with a version.

    Args:
        parameters_schema: JSON Schema (2020-12) of its parameters: portal and CLI draw their forms from it.
        day_two_parameters: Names of parameters that a Change may set later, such as `size`.
        environments: Stages made for a service, in order; the last ones may be production.
        engine: What its environments are planned with; empty for what the installation gives.
        folder: Absolute path of the template, read only.
    """

    name: str
    version: str
    title: str
    description: str
    owner: str
    parameters_schema: Mapping[str, object]
    day_two_parameters: tuple[str, ...]
    environments: tuple[tuple[str, bool], ...]
    engine: str
    folder: Path


@dataclass(frozen=True, slots=True)
class RenderedTree:
    """What a template became: paths with forward slashes, relative, to their bytes."""

    golden_path: str
    version: str
    parameters: Mapping[str, object]
    files: Mapping[str, bytes]
