"""Adopting drift: a proposal to the source that says what is live, so that an apply leaves it as it is.

The source is one for all environments of a service: what is adopted in one comes to the others with their next Change.
Each such Change is planned, gated and approved like any other; so is the one that is opened here.
"""

import hashlib
from collections.abc import Sequence

from pavior.catalog.model import Service
from pavior.catalog.ports import Author, Proposal
from pavior.environments import store
from pavior.environments.model import Environment
from pavior.environments.vault import SealedKind
from pavior.inventory import store as inventory
from pavior.kernel.errors import ConflictError, MissingError
from pavior.resources.adoption import Adoption, Wish
from pavior.resources.model import ResourceGraph
from pavior.storage.database import Transaction
from pavior.workflows.change_secrets import read_sensitive_variables
from pavior.workflows.platform import Platform, infrastructure_files

_DIGEST_DIGITS = 10
# Of reasons told in an error; the rest is counted.
_TOLD_REASONS = 5


def propose_adoption(
    platform: Platform, environment: Environment, service: Service, author: Author, resources: Sequence[str]
) -> Proposal:
    """A branch on top of main whose source says what was last observed. Repeating it gives the same branch.

    Args:
        resources: Addresses; empty for all that drifted.

    Raises:
        ConflictError: `environment-not-drifted`, `environment-not-deployed`, `drift-not-adoptable`.
        MissingError: `drift-missing`.
    """
    forge = platform.forge
    with platform.database.snapshot() as transaction:
        declared, live = _both_sides(platform, transaction, environment, resources)
        plain = _plain_variables(transaction, environment)
        secret = read_sensitive_variables(platform, transaction, environment.id)
    head = forge.head(service.repository)
    variables = {**plain, "environment": environment.name, **secret}
    now = platform.clock.now()
    owner = "adopt-" + hashlib.sha256(f"{author.name}{environment.id}{now}".encode()).hexdigest()[:16]
    with platform.checkout(service.repository, head, owner) as folder:
        files = infrastructure_files(folder)
    adoption = platform.adopt_source(Wish(files, variables, frozenset(secret), declared, live, tuple(resources)))
    if not adoption.files:
        raise _not_adoptable(environment, adoption)
    message = _message(environment, adoption)
    wish = hashlib.sha256(head.encode())
    for path, body in sorted(adoption.files.items()):
        wish.update(f"\0{path}\0{len(body)}\0".encode() + body)
    branch = f"pavior/adopt-{wish.hexdigest()[:_DIGEST_DIGITS]}"
    return forge.propose(
        service.repository,
        branch,
        dict(adoption.files),
        base=head,
        author=author,
        message=message,
        now=now,
    )


def _both_sides(
    platform: Platform, transaction: Transaction, environment: Environment, resources: Sequence[str]
) -> tuple[ResourceGraph, ResourceGraph]:
    state = platform.vault.find(transaction, SealedKind.STATE, environment.id)
    observation = inventory.find_observation(transaction, environment.id)
    drifted = {drift.address for drift in inventory.list_open_drifts(transaction, [environment.id])}
    if state is None or observation is None or not drifted:
        raise ConflictError(
            "environment-not-drifted",
            f"No drift of {environment.id} is known, so there is nothing to adopt.",
            fix=f"Look at what is live first: pavior environment check-drift {environment.id}.",
        )
    if unknown := sorted(set(resources) - drifted):
        raise MissingError(
            "drift-missing",
            f"{unknown[0][:200]} of {environment.id} did not drift.",
            fix=f"Name one that did: {', '.join(sorted(drifted)[:_TOLD_REASONS])}.",
        )
    return platform.engine(environment.engine).read_state(state), observation.graph


def _plain_variables(transaction: Transaction, environment: Environment) -> dict[str, str]:
    """Those that were applied last."""
    change = store.find_change(transaction, environment.change_id)
    return dict(change.variables) if change is not None else {}


def _not_adoptable(environment: Environment, adoption: Adoption) -> ConflictError:
    told = [str(item) for item in adoption.left[:_TOLD_REASONS]]
    if more := len(adoption.left) - len(told):
        told.append(f"and {more} more")
    return ConflictError(
        "drift-not-adoptable",
        f"What drifted in {environment.id} cannot be written into the source by Pavior. {'; '.join(told)}.",
        fix="Write it into infra/ yourself, in a branch, and open a Change of that; or revert the drift.",
    )


def _message(environment: Environment, adoption: Adoption) -> str:
    title = f"Adopt what drifted in {environment.id}"
    if adoption.left:
        total = len(adoption.taken) + len(adoption.left)
        title = (
            f"Adopt {len(adoption.taken)} of {total} drifted properties of {environment.id}; the others are set back"
        )
    parts = [title, "Written as it is live:\n" + "\n".join(f"- {item}" for item in adoption.taken)]
    if adoption.left:
        parts.append("Left as the source says it:\n" + "\n".join(f"- {item}" for item in adoption.left))
    return "\n\n".join(parts)
