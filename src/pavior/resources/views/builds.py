"""Builds that a provider runs, and what they leave behind."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Source, all_of, any_of, ask, negated
from pavior.resources.views.index import GraphIndex
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.nested import blocks

BUILD_TYPES: Final = ("aws_codebuild_project",)
_NOTHING = "NO_ARTIFACTS"
_CLOUD_LOGS, _BUCKET_LOGS = "logs_config.0.cloudwatch_logs.0", "logs_config.0.s3_logs.0"


class BuildProject(Struct, frozen=True):
    """A build.

    Args:
        encrypts_artifacts: What it makes is encrypted; true when it leaves nothing.
        encrypts_logs: Its logs are encrypted; true when they do not go to object storage.
        keeps_logs: What it printed is kept somewhere.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    encrypts_artifacts: Fact[bool]
    encrypts_logs: Fact[bool]
    keeps_logs: Fact[bool]


def build_build_project(resource: Resource, index: GraphIndex) -> BuildProject:
    """From `aws_codebuild_project`."""
    del index
    own = Source(resource)
    bucket = ask(own.text(f"{_BUCKET_LOGS}.status").value, lambda word: word == "ENABLED")
    cloud = ask(own.text(f"{_CLOUD_LOGS}.status").value, lambda word: word == "ENABLED")
    is_plain = own.truth(f"{_BUCKET_LOGS}.encryption_disabled")
    return BuildProject(
        resource=resource,
        satellites=(),
        encrypts_artifacts=_artifacts(own),
        encrypts_logs=own.fact(is_plain.attribute, negated(all_of((bucket, is_plain.value)))),
        keeps_logs=own.fact("logs_config", any_of((bucket, cloud))),
    )


def _artifacts(own: Source) -> Fact[bool]:
    found: list[Fact[bool]] = []
    for name in ("artifacts", "secondary_artifacts"):
        paths = blocks(own, name)
        if isinstance(paths, Unknown):
            found.append(own.fact(name, paths))
            continue
        for place in paths:
            is_plain = own.truth(f"{place}.encryption_disabled")
            leaves = negated(ask(own.text(f"{place}.type").value, lambda word: word == _NOTHING))
            found.append(own.fact(is_plain.attribute, negated(all_of((leaves, is_plain.value)))))
    plain = next((fact for fact in found if fact.value is False), None)
    return plain or own.fact("artifacts", all_of(fact.value for fact in found))


VIEW_TYPES: Final = (ViewType("BuildProject", of_types(*BUILD_TYPES), build_build_project),)
