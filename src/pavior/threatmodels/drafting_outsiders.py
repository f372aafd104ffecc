"""Who else gets in by name: other accounts, identity providers and builds, from trust and resource policies. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, cast

from msgspec import Struct

from pavior.resources.model import Resource, Unknown
from pavior.resources.views import VIEWS
from pavior.resources.views.identity import TrustPolicy
from pavior.resources.views.policies import PolicyDocument, Principal
from pavior.resources.views.resource_policy import ResourcePolicy
from pavior.threatmodels.drafting_elements import Grouping, block_of
from pavior.threatmodels.drafting_flows import FoundFlow, Surety
from pavior.threatmodels.drafting_names import line_of, slug
from pavior.threatmodels.model import Boundary, BoundaryKind, Element, ElementKind

_ACCOUNT = re.compile(r"(?:arn:[a-z-]+:(?:iam|sts)::)?(\d{12})(?::.*)?", re.DOTALL)
# docs.github.com/actions/concepts/security/openid-connect and docs.gitlab.com/ci/cloud_services
_BUILDS: Final = {"token.actions.githubusercontent.com": "Builds on GitHub Actions", "gitlab.com": "Builds on GitLab"}
_PROVIDER_TYPES: Final = {"aws_iam_openid_connect_provider": "url", "aws_iam_saml_provider": "name"}


class Outsiders(Struct, frozen=True):
    """Those outside whom a graph names, and what they reach."""

    elements: tuple[Element, ...]
    boundaries: tuple[Boundary, ...]
    flows: tuple[FoundFlow, ...]


class _Outsider(Struct, frozen=True):
    element: Element
    boundary: Boundary


def find_outsiders(grouping: Grouping, ids: Mapping[str, str]) -> Outsiders:
    """Whom roles trust and resource policies let in, other than services of the cloud."""
    found: dict[str, _Outsider] = {}
    flows: list[FoundFlow] = []
    for resource, document, word in _documents(grouping):
        things = grouping.things.get(block_of(resource.address), ())
        for outsider in _named(document, grouping):
            found.setdefault(outsider.element.id, outsider)
            because = f"{resource.address} {word}"
            flows += [
                FoundFlow(outsider.element.id, ids[thing], because, Surety.ALLOWED, is_authenticated=True)
                for thing in things
            ]
    used = [item for item in found.values() if any(flow.source == item.element.id for flow in flows)]
    return Outsiders(
        tuple(item.element for item in used),
        tuple({item.boundary.id: item.boundary for item in used}.values()),
        tuple(flows),
    )


def _documents(grouping: Grouping) -> Iterator[tuple[Resource, PolicyDocument, str]]:
    for name, word in (("TrustPolicy", "trusts it"), ("ResourcePolicy", "lets it in")):
        for resource in VIEWS[name].select(grouping.index):
            view = cast("TrustPolicy | ResourcePolicy | None", VIEWS[name].build(resource, grouping.index))
            document = None if view is None else view.document.value
            if isinstance(document, PolicyDocument):
                yield resource, document, word


def _named(document: PolicyDocument, grouping: Grouping) -> Iterator[_Outsider]:
    for statement in document.statements:
        if statement.effect == "Allow":
            for principal in statement.principals:
                outsider = _outsider(principal, grouping)
                if outsider is not None:
                    yield outsider


def _outsider(principal: Principal, grouping: Grouping) -> _Outsider | None:
    if principal.kind == "AWS" and isinstance(principal.name, str):
        match = _ACCOUNT.fullmatch(principal.name)
        return None if match is None else _account(match[1])
    if principal.kind == "Federated":
        name = _provider(principal, grouping)
        return None if not name else _of_provider(name)
    return None


def _provider(principal: Principal, grouping: Grouping) -> str:
    """The host or name of an identity provider; empty when it is not known."""
    name = principal.name
    if isinstance(name, str):
        return name.rsplit("oidc-provider/", 1)[-1].rsplit("saml-provider/", 1)[-1]
    for block in grouping.meant_by(name):
        resource = grouping.blocks[block][0]
        said = resource.values.get(_PROVIDER_TYPES.get(resource.type, ""))
        if isinstance(said, str):
            return said.removeprefix("https://")
        if isinstance(said, Unknown):
            return ""
    return ""


def _account(number: str) -> _Outsider:
    boundary = Boundary(f"aws-account-{number}", f"AWS account {number}", BoundaryKind.ACCOUNT, inferred=True)
    return _outside(f"account-{number}", f"Those in AWS account {number}", boundary)


def _of_provider(host: str) -> _Outsider:
    builds = next((title for known, title in _BUILDS.items() if host.startswith(known)), "")
    title = builds or line_of(f"Those whom {host} signs in")
    boundary = Boundary(slug(f"provider-{host}"), line_of(host), BoundaryKind.ORGANISATION, inferred=True)
    return _outside(slug(f"signed-in-by-{host}"), title, boundary)


def _outside(id_: str, title: str, boundary: Boundary) -> _Outsider:
    element = Element(id_, title, ElementKind.EXTERNAL_ENTITY, boundary=boundary.id, inferred=True)
    return _Outsider(element, boundary)
