"""Who may do what with one thing in Google Cloud: members of its policy, and their roles.

Source: https://cloud.google.com/iam/docs/principal-identifiers. `allUsers` is everybody, `allAuthenticatedUsers` is
everybody with an account at Google; no condition can narrow either.
"""

from collections.abc import Iterator
from typing import Final

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.facts import Fact, Leaf, Source, any_of, ask, is_name_of_made
from pavior.resources.views.functions import CallPermission
from pavior.resources.views.index import GraphIndex, is_meant
from pavior.resources.views.policies import PolicyDocument, Principal, Statement
from pavior.resources.views.resource_policy import Guarded, ResourcePolicy
from pavior.resources.views.settings import texts
from pavior.resources.views.written import as_written, block_paths

_EVERYBODY = ("allUsers", "allAuthenticatedUsers")
# The role that may do everything, also change the policy.
_OWNER = "roles/owner"
_DATA: Final = "google_iam_policy"


def build_resource_policy(resource: Resource, index: GraphIndex) -> ResourcePolicy:
    """From one member, from all members of a role, or from the whole policy of a thing."""
    own = Source(as_written(resource))
    document: Fact[PolicyDocument]
    if resource.type.endswith("_iam_policy"):
        document = _whole(own, index)
    else:
        path, members = _members(own)
        document = own.fact(path, PolicyDocument((_statement(own.text("role").value, members, path),)))
    return ResourcePolicy(resource, (), Guarded.OTHER, document)


def build_call_permission(resource: Resource, index: GraphIndex) -> CallPermission:
    """From a member, or the members, who may call a function or a service."""
    del index
    own = Source(as_written(resource))
    path, members = _members(own)
    open_to_all = any_of(_is_everybody(member) for member in members)
    principal = "*" if open_to_all is True else ""
    nobody = own.fact(path, value=False)
    value = open_to_all if isinstance(open_to_all, Unknown) else principal
    return CallPermission(resource, (), own.fact(path, value), nobody, nobody, nobody)


def _members(own: Source) -> tuple[str, tuple[Leaf, ...]]:
    path = "member" if own.value("member") is not None else "members"
    return path, texts(own, path)


def _is_everybody(member: Leaf) -> bool | Unknown:
    """Whether it is everybody; what the apply makes is somebody."""
    if isinstance(member, Unknown) and is_name_of_made(member):
        return False
    return ask(member, _EVERYBODY.__contains__)


def _whole(own: Source, index: GraphIndex) -> Fact[PolicyDocument]:
    """The policy that a data source writes down in blocks."""
    found = [index.find(address) for address in own.references("policy_data")]
    data = [item for item in found if item is not None and item.type == _DATA]
    if len(data) != 1 or not is_meant(own.value("policy_data"), data[0]):
        why = Unknown(UnknownReason.NOT_EVALUATED, "its policy is not written down in what was read")
        return own.fact("policy_data", why)
    source = Source(data[0])
    paths = block_paths(source, "binding")
    return own.fact(
        "policy_data", paths if isinstance(paths, Unknown) else PolicyDocument(tuple(_bindings(source, paths)))
    )


def _bindings(source: Source, paths: tuple[str, ...]) -> Iterator[Statement]:
    for path in paths:
        yield _statement(source.text(f"{path}.role").value, texts(source, f"{path}.members"), "policy_data")


def _statement(role: Leaf, members: tuple[Leaf, ...], path: str) -> Statement:
    action = "*" if role == _OWNER else role
    return Statement("Allow", actions=(action,), principals=tuple(map(_principal, members)), path=path)


def _principal(member: Leaf) -> Principal:
    if isinstance(member, Unknown):
        return Principal("*", member)
    return Principal("*", "*") if member in _EVERYBODY else Principal("Google", member)
