"""Functions that a provider runs on demand, and who may call them."""

from typing import Final

from msgspec import Struct

from pavior.resources.model import Resource, Unknown
from pavior.resources.views.elsewhere import in_all_clouds
from pavior.resources.views.facts import Fact, Source, Truth, all_of, any_of, ask, negated
from pavior.resources.views.index import GraphIndex, Link
from pavior.resources.views.keys import own_key
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.nested import is_given

FUNCTION_TYPES: Final = ("aws_lambda_function",)
CALL_PERMISSION_TYPES: Final = ("aws_lambda_permission", "aws_lambda_function_url")

_EVENTS = Link("aws_lambda_function_event_invoke_config", "function_name", FUNCTION_TYPES, ("function_name", "arn"))
_EVERYBODY = "*"


class Function(Struct, frozen=True):
    """A function that runs when it is called.

    Args:
        is_image: Its code is a container image, which brings its own runtime and signature.
        runtime: What runs the code, such as `python3.13`; of no meaning for an image.
        reserved_runs: How many may run at once; below 0 for as many as the account has left.
        has_environment: Settings are given to it in environment variables.
        has_own_key: Those settings are encrypted with a key of ours.
        is_code_signed: Only code with a signature that we trust is taken.
        is_in_own_network: It runs in a network of ours.
        keeps_failures: An event that it could not handle is kept somewhere.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    is_image: Fact[bool]
    runtime: Fact[str]
    reserved_runs: Fact[int]
    has_environment: Fact[bool]
    has_own_key: Fact[bool]
    is_code_signed: Fact[bool]
    is_in_own_network: Fact[bool]
    keeps_failures: Fact[bool]


class CallPermission(Struct, frozen=True):
    """Somebody may call a function.

    Args:
        principal: A service such as `events.amazonaws.com`, an account, `*` for everybody, or empty when the caller's
            own permissions decide.
        names_source: From which resource, account or organisation the call must come is said.
        names_organisation: The caller must belong to an organisation that is named.
        names_account: The call must come from an account that is named.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    principal: Fact[str]
    names_source: Fact[bool]
    names_organisation: Fact[bool]
    names_account: Fact[bool]


def build_function(resource: Resource, index: GraphIndex) -> Function:
    """From `aws_lambda_function`."""
    own = Source(resource)
    package = own.text("package_type")
    failures, satellites = _failures(own, index)
    return Function(
        resource=resource,
        satellites=satellites,
        is_image=own.fact(package.attribute, ask(package.value, lambda kind: kind == "Image")),
        runtime=own.text("runtime"),
        reserved_runs=own.number("reserved_concurrent_executions"),
        has_environment=is_given(own, "environment"),
        has_own_key=own_key(own, "kms_key_arn", index),
        is_code_signed=is_given(own, "code_signing_config_arn"),
        is_in_own_network=is_given(own, "vpc_config.0.subnet_ids"),
        keeps_failures=failures,
    )


def _failures(own: Source, index: GraphIndex) -> tuple[Fact[bool], tuple[Resource, ...]]:
    queue = is_given(own, "dead_letter_config.0.target_arn")
    attached = index.attached(own.resource, _EVENTS)
    if queue.value is True:
        return queue, attached.satellites
    destinations = tuple(
        is_given(Source(item, item.address), "destination_config.0.on_failure.0.destination")
        for item in attached.satellites
    )
    kept = next((fact for fact in destinations if fact.value is True), None)
    if kept is not None:
        return kept, attached.satellites
    if attached.satellites:
        known = any_of(fact.value for fact in (queue, *destinations))
        return own.fact(queue.attribute, known), attached.satellites
    decided = index.decide(attached, queue)
    return (queue if isinstance(decided, Source) else decided), ()


def build_call_permission(resource: Resource, index: GraphIndex) -> CallPermission:
    """From `aws_lambda_permission` and `aws_lambda_function_url`."""
    del index
    own = Source(resource)
    if resource.type == "aws_lambda_function_url":
        kind = own.text("authorization_type")
        principal = kind.value if isinstance(kind.value, Unknown) else _EVERYBODY if kind.value == "NONE" else ""
        nobody = own.fact(kind.attribute, value=False)
        return CallPermission(resource, (), own.fact(kind.attribute, principal), nobody, nobody, nobody)
    organisation = is_given(own, "principal_org_id")
    sources = (is_given(own, "source_arn"), is_given(own, "source_account"), organisation)
    return CallPermission(
        resource=resource,
        satellites=(),
        principal=own.text("principal"),
        names_source=own.fact("source_arn", any_of(fact.value for fact in sources)),
        names_organisation=organisation,
        names_account=is_given(own, "source_account"),
    )


def may_everybody_call(permission: CallPermission) -> Truth:
    """Whether it lets anybody call, of whatever account."""
    is_of_ours = any_of((permission.names_organisation.value, permission.names_account.value))
    return all_of((ask(permission.principal.value, lambda name: name == _EVERYBODY), negated(is_of_ours)))


VIEW_TYPES: Final = (
    in_all_clouds(ViewType("CallPermission", of_types(*CALL_PERMISSION_TYPES), build_call_permission)),
    ViewType("Function", of_types(*FUNCTION_TYPES), build_function),
)
