"""Machines, and the templates that machines are made from."""

from typing import Final

from msgspec import Struct, structs

from pavior.kernel.verdicts import UnknownReason
from pavior.resources.model import Resource, Unknown
from pavior.resources.views.elsewhere import in_all_clouds
from pavior.resources.views.facts import Fact, Source, any_of
from pavior.resources.views.index import GraphIndex, Link, is_meant
from pavior.resources.views.kinds import ViewType, of_types
from pavior.resources.views.private_network import gives_public_addresses
from pavior.resources.views.written import as_written, block_paths, truth_at

TEMPLATE_TYPE: Final = "aws_launch_template"
MACHINE_TYPES: Final = ("aws_instance", "aws_spot_instance_request", TEMPLATE_TYPE, "aws_launch_configuration")
_METADATA = "metadata_options"
_ADDRESS = "associate_public_ip_address"
_STARTED = ("aws_instance", "aws_spot_instance_request")
_ADDRESS_LINKS = (Link("aws_eip", "instance", _STARTED), Link("aws_eip_association", "instance_id", _STARTED))


class Machine(Struct, frozen=True):
    """A machine, or what machines are made from.

    Args:
        has_public_address: It asks for an address on the Internet, is given one, or starts in a subnet that gives one.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    has_public_address: Fact[bool]


class MachineMetadata(Struct, frozen=True):
    """What programs on a machine can ask about it.

    Args:
        needs_token: Who asks the metadata service for credentials must first ask for a token; also true when there is
            no such service.
    """

    resource: Resource
    satellites: tuple[Resource, ...]
    needs_token: Fact[bool]


def build_machine_metadata(resource: Resource, index: GraphIndex) -> MachineMetadata:
    """From what `Machine` is from."""
    return MachineMetadata(resource, (), _metadata_needs_token(Source(as_written(resource)), index))


def build_machine(resource: Resource, index: GraphIndex) -> Machine:
    """From `aws_instance`, `aws_launch_template` and `aws_launch_configuration`."""
    own = Source(as_written(resource))
    return Machine(
        resource=resource,
        satellites=(),
        has_public_address=_has_public_address(own, index),
    )


def said_by(own: Source, name: str, index: GraphIndex) -> Source | Unknown:
    """Who decides about the attribute: the machine when it says it, else the template it is made from.

    Returns:
        Unknown when it is made from a template that is not in this graph.
    """
    template = template_of(own, index)
    return own if own.value(name) is not None or template is None else template


def template_of(own: Source, index: GraphIndex) -> Source | Unknown | None:
    """The template that a machine is made from; Unknown when it is not in this graph, None when there is none."""
    if own.value("launch_template") in (None, []):
        return None
    mentioned = (index.find(address) for address in own.references("launch_template"))
    templates = [item for item in mentioned if item is not None and item.type == TEMPLATE_TYPE]
    named = [value for name in ("id", "name") if (value := own.value(f"launch_template.0.{name}")) is not None]
    is_certain = len(templates) == 1 and templates[0].mode == "managed"
    if is_certain and all(is_meant(value, templates[0]) for value in named):
        return Source(as_written(templates[0]), templates[0].address)
    return Unknown(UnknownReason.NOT_EVALUATED, "its launch template, which is not in sight, may say it")


def _metadata_needs_token(own: Source, index: GraphIndex) -> Fact[bool]:
    source = said_by(own, _METADATA, index)
    if isinstance(source, Unknown):
        return Fact(source)
    tokens = source.text(f"{_METADATA}.0.http_tokens")
    endpoint = source.text(f"{_METADATA}.0.http_endpoint")
    needs = tokens.value if isinstance(tokens.value, Unknown) else tokens.value == "required"
    is_off = endpoint.value if isinstance(endpoint.value, Unknown) else endpoint.value == "disabled"
    return truth_at(tokens, any_of((needs, is_off)))


def _has_public_address(own: Source, index: GraphIndex) -> Fact[bool]:
    if own.resource.type == TEMPLATE_TYPE:
        return _template_gives_address(own)
    given_later = [(link, item) for link in _ADDRESS_LINKS for item in index.attached(own.resource, link).satellites]
    for link, item in given_later:
        return Fact(value=True, attribute=link.attribute, decided_by=item.address)
    return _asks_for_address(own, index)


def _asks_for_address(own: Source, index: GraphIndex) -> Fact[bool]:
    if own.value(_ADDRESS) is not None:
        return own.truth(_ADDRESS)
    # Interfaces that exist already bring their own addresses.
    if own.value("network_interface") not in (None, []):
        return own.fact("network_interface", value=False)
    template = said_by(own, _ADDRESS, index)
    if isinstance(template, Unknown):
        return Fact(template)
    given = own.fact(_ADDRESS, value=False) if template is own else _template_gives_address(template)
    if given.value is not False or (template is not own and _is_refused(template)):
        return given
    return _subnet_gives_address(own, index)


def _subnet_gives_address(own: Source, index: GraphIndex) -> Fact[bool]:
    for address in own.references("subnet_id"):
        subnet = index.find(address)
        is_subnet = subnet is not None and subnet.type == "aws_subnet" and subnet.mode == "managed"
        if subnet is not None and is_subnet and is_meant(own.value("subnet_id"), subnet):
            return Fact(gives_public_addresses(subnet), "map_public_ip_on_launch", subnet.address)
    if own.resource.type not in _STARTED:
        return own.fact(_ADDRESS, value=False)
    given = own.value("subnet_id")
    if given is None:
        # docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html: the default subnets give addresses.
        is_default = "no subnet is named, and a default subnet gives public addresses"
        return own.fact(_ADDRESS, Unknown(UnknownReason.NOT_EVALUATED, is_default))
    for subnet in index.of_type("aws_subnet"):
        if isinstance(given, str) and subnet.values.get("id") == given:
            return Fact(gives_public_addresses(subnet), "map_public_ip_on_launch", subnet.address)
    why = given if isinstance(given, Unknown) else Unknown(UnknownReason.NOT_EVALUATED, "its subnet is not in sight")
    return own.fact("subnet_id", why)


def _is_refused(template: Source) -> bool:
    """Whether each interface of the template says that it wants no address."""
    paths = block_paths(template, "network_interfaces")
    return bool(paths) and isinstance(paths, tuple) and all(_says_address(template, path) for path in paths)


def _says_address(template: Source, path: str) -> bool:
    return template.value(f"{path}.{_ADDRESS}") is not None


def _template_gives_address(template: Source) -> Fact[bool]:
    paths = block_paths(template, "network_interfaces")
    if isinstance(paths, Unknown):
        return template.fact("network_interfaces", paths)
    asked = [template.truth(f"{path}.{_ADDRESS}") for path in paths if template.value(f"{path}.{_ADDRESS}") is not None]
    gives = any_of(fact.value for fact in asked)
    at = next((fact for fact in asked if fact.value is not False), None)
    return structs.replace(at, value=gives) if at is not None else template.fact("network_interfaces", gives)


VIEW_TYPES: Final = (
    in_all_clouds(ViewType("Machine", of_types(*MACHINE_TYPES), build_machine)),
    ViewType("MachineMetadata", of_types(*MACHINE_TYPES), build_machine_metadata),
)
