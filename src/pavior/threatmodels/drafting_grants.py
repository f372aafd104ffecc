"""What policies allow, as flows: who may read a table gets data from it, and who may write sends some. Pure."""

from collections.abc import Iterator
from typing import Final

from pavior.resources.model import Unknown
from pavior.resources.views import VIEWS
from pavior.resources.views.facts import Fact
from pavior.resources.views.identity import IdentityPolicy
from pavior.resources.views.policies import PolicyDocument
from pavior.threatmodels.drafting_elements import Grouping, block_of
from pavior.threatmodels.drafting_flows import FoundFlow, Surety
from pavior.threatmodels.drafting_kinds import services_of

_POLICY: Final = "IdentityPolicy"
# How actions begin that hand something out, as a key does in each use of it; the others take something in.
# docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
_READS: Final = (
    "BatchCheck",
    "BatchGet",
    "Check",
    "Decrypt",
    "Describe",
    "Download",
    "Encrypt",
    "GenerateDataKey",
    "Get",
    "Head",
    "List",
    "Query",
    "ReEncrypt",
    "Read",
    "Receive",
    "Scan",
    "Search",
    "Select",
    "Sign",
    "Subscribe",
    "Verify",
    "View",
)
# Part of taking a message out of a queue.
_OF_RECEIVING: Final = ("ChangeMessageVisibility", "DeleteMessage")
_TOLD_ACTIONS: Final = 3


def find_grants(grouping: Grouping, ids: dict[str, str]) -> Iterator[FoundFlow]:
    """What each policy lets those do who run under it.

    Args:
        ids: Blocks of things to the ids of their elements.
    """
    for resource in VIEWS[_POLICY].select(grouping.index):
        runners = grouping.things.get(block_of(resource.address), ())
        view = VIEWS[_POLICY].build(resource, grouping.index) if runners else None
        if not isinstance(view, IdentityPolicy):
            continue
        for document in view.documents:
            for store, actions in _allowed(document, grouping).items():
                for runner in runners:
                    if runner != store:
                        yield from _flows(ids[runner], ids[store], actions, resource.address)


def _allowed(document: Fact[PolicyDocument], grouping: Grouping) -> dict[str, list[str]]:
    """Each thing that a policy allows something with, to the actions."""
    found: dict[str, list[str]] = {}
    if isinstance(document.value, Unknown):
        return found
    for statement in document.value.statements:
        if statement.effect != "Allow":
            continue
        known = [action for action in statement.actions if isinstance(action, str)]
        blocks = (block for leaf in statement.resources for block in grouping.meant_by(leaf))
        for store in grouping.things_of(blocks):
            actions = [action for action in known if _is_about(action, grouping.blocks[store][0].type)]
            if actions:
                found.setdefault(store, []).extend(actions)
    return found


def _is_about(action: str, type_: str) -> bool:
    service = action.partition(":")[0].lower()
    return service == "*" or any(word in type_ for word in services_of(service))


def _flows(runner: str, store: str, actions: list[str], address: str) -> Iterator[FoundFlow]:
    known = list(dict.fromkeys(actions))
    reads = [action for action in known if _is_read(action) is not False]
    writes = [action for action in known if _is_read(action) is not True]
    if reads:
        yield FoundFlow(store, runner, f"{address} allows {told_actions(reads)}", Surety.ALLOWED, is_authenticated=True)
    if writes:
        yield FoundFlow(
            runner, store, f"{address} allows {told_actions(writes)}", Surety.ALLOWED, is_authenticated=True
        )


def _is_read(action: str) -> bool | None:
    """Whether it hands something out; None when it stands for actions of both kinds."""
    name = action.rpartition(":")[2]
    if name.startswith((*_READS, *_OF_RECEIVING)):
        return True
    return None if name.startswith("*") or not name else False


def told_actions(actions: list[str]) -> str:
    """The first few, and how many more there are."""
    more = len(actions) - _TOLD_ACTIONS
    shown = ", ".join(actions[:_TOLD_ACTIONS])
    return f"{shown} and {more} more" if more > 0 else shown
