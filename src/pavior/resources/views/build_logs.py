"""What builds write into an object store about themselves."""

from dataclasses import dataclass
from typing import Final

from pavior.resources.model import Resource
from pavior.resources.views.facts import Fact, Source, negated
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types

BUILD_LOGS_TYPES: Final = ("aws_codebuild_project",)
_LOGS = "logs_config.0.s3_logs.0"


@dataclass(frozen=True, slots=True)
class BuildLogs:
    """Logs of builds that are kept as objects."""

    resource: Resource
    satellites: tuple[Resource, ...]
    is_encrypted: Fact[bool]


def build_build_logs(resource: Resource, index: GraphIndex) -> BuildLogs | None:
    """From `aws_codebuild_project`; None when nobody asks for such logs."""
    del index
    own = Source(resource)
    if own.text(f"{_LOGS}.status").value == "DISABLED":
        return None
    disabled = own.truth(f"{_LOGS}.encryption_disabled")
    return BuildLogs(resource, (), own.fact(disabled.attribute, negated(disabled.value)))


VIEW_TYPES: Final = (ViewType("BuildLogs", of_types(*BUILD_LOGS_TYPES), build_build_logs),)
