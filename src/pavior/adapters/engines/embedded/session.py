"""One cloud, on behalf of one environment: the calls of resource types, with failures turned into ours."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from pavior.adapters.clouds.aws import AwsClients
from pavior.adapters.clouds.sandbox import read_instance
from pavior.adapters.engines.embedded.calls import CLOUD_FAILURES, describe, is_unanswered, persistently
from pavior.adapters.engines.embedded.data_sources import DataSource
from pavior.adapters.engines.embedded.resource_type import Api, ResourceType
from pavior.adapters.engines.embedded.schema import misfits, observed
from pavior.adapters.engines.embedded.supported import RESOURCE_TYPES
from pavior.adapters.engines.masking import scrub
from pavior.adapters.engines.values import Values, settled, without_unknown
from pavior.environments.errors import sandbox_restarted
from pavior.environments.ports import CloudTarget
from pavior.kernel.errors import PaviorError, UnavailableError

_LOOKS = 6
_FIRST_PAUSE_SECONDS = 0.1

MakeClients = Callable[[CloudTarget], AwsClients]


@dataclass(frozen=True, slots=True)
class Session:
    """Calls that read may be repeated at will; `make` never makes a second thing.

    Args:
        secrets: Texts that no message may repeat.
    """

    target: CloudTarget
    api: Api
    secrets: tuple[str, ...] = ()

    def require_same_cloud(self) -> None:
        """Raises ConflictError `sandbox-restarted`, UnavailableError `cloud-unreachable`."""
        if self.target.endpoint_url is None:
            return
        try:
            instance = read_instance(self.target.endpoint_url)
        except PaviorError as error:
            raise UnavailableError("cloud-unreachable", error.summary, fix=error.fix, context=error.context) from error
        if instance != self.target.instance:
            raise sandbox_restarted(self.api.environment)

    def read(self, resource_type: ResourceType, address: str, identity: str, known: Values) -> Values | None:
        """Every attribute as it is now, or None when the thing is not there.

        Raises:
            UnavailableError: `cloud-unreachable`, `engine-failed`.
        """
        with self._reading(address):
            found = persistently(lambda: resource_type.read(self.api, identity, known))
        return None if found is None else observed(resource_type.schema, found, known)

    def read_data(self, source: DataSource, address: str, given: Values) -> Values:
        """The attributes of a data source.

        Raises:
            UnavailableError: `cloud-unreachable`, `engine-failed`.
        """
        with self._reading(address):
            return persistently(lambda: source.read(self.api, given))

    def find_made(self, resource_type: ResourceType, address: str, operation: str, desired: Values) -> str | None:
        """What an interrupted try of this very operation made.

        Raises:
            UnavailableError: `cloud-unreachable`, `engine-failed`.
        """
        api = replace(self.api, operation=operation, is_resumed=True)
        with self._reading(address):
            return persistently(lambda: resource_type.find_made(api, desired))

    def require_absent(self, resource_type: ResourceType, address: str, operation: str, desired: Values) -> None:
        """Raises ConflictError `resource-exists` when something that is not ours is in the way."""
        api = replace(self.api, operation=operation)
        with self._reading(address):
            persistently(lambda: resource_type.find_made(api, desired))

    def make(self, resource_type: ResourceType, address: str, operation: str, desired: Values) -> str:
        """Make the thing, which is known not to be there, and give its id. When the answer is lost, it is looked for.

        Raises:
            UnavailableError: `cloud-unreachable`, `apply-failed`.
        """
        api = replace(self.api, operation=operation, is_resumed=True)
        may_exist = False

        def find_or_make() -> str:
            nonlocal may_exist
            found = resource_type.find_made(api, desired) if may_exist else None
            may_exist = True
            return found or resource_type.make(api, desired)

        with self._changing(address):
            return persistently(find_or_make)

    def converge(
        self, resource_type: ResourceType, address: str, operation: str, identity: str, desired: Values
    ) -> Values:
        """Change what differs from `desired`, and give what is there then.

        Raises:
            UnavailableError: `cloud-unreachable`, `apply-failed`.
        """
        api = replace(self.api, operation=operation)
        known = without_unknown(desired)

        def change() -> None:
            live = resource_type.read(api, identity, known)
            if live is None:
                raise _gone(address)
            there = observed(resource_type.schema, live, known)
            resource_type.converge(api, identity, there, settled(desired, there))

        with self._changing(address):
            persistently(change)
        return self._read_changed(resource_type, address, identity, desired)

    def _read_changed(self, resource_type: ResourceType, address: str, identity: str, desired: Values) -> Values:
        """What is there after a change. A cloud may show it late; one that never does has ignored it."""
        names: list[str] = []
        for attempt in range(_LOOKS):
            time.sleep(_FIRST_PAUSE_SECONDS * 2 ** (attempt - 1) if attempt else 0)
            found = self.read(resource_type, address, identity, without_unknown(desired))
            if found is not None:
                names = misfits(resource_type.schema, desired, found)
                if not names:
                    return found
        if not names:
            raise _gone(address)
        raise UnavailableError(
            "apply-failed",
            f"The cloud took the change of {address} and did not make it: {', '.join(names)} is not as planned.",
            fix="Plan again to see what is there; a sandbox cloud does not do all that AWS does.",
            context={"address": address},
        )

    def delete(self, resource_type: ResourceType, address: str, identity: str, known: Values) -> None:
        """Remove the thing.

        Raises:
            UnavailableError: `cloud-unreachable`, `apply-failed`.
        """
        with self._changing(address):
            persistently(lambda: resource_type.delete(self.api, identity, known))

    @contextmanager
    def _reading(self, address: str) -> Iterator[None]:
        try:
            yield
        except CLOUD_FAILURES as error:
            if is_unanswered(error):
                raise unreachable(self.target, error) from error
            raise UnavailableError(
                "engine-failed",
                f"The cloud did not show {address}: {self._say(error)}.",
                fix="Give Pavior's credentials the right to read it, then try again; nothing was changed.",
                context={"address": address},
            ) from error

    @contextmanager
    def _changing(self, address: str) -> Iterator[None]:
        try:
            yield
        except CLOUD_FAILURES as error:
            if is_unanswered(error):
                raise unreachable(self.target, error) from error
            raise UnavailableError(
                "apply-failed",
                f"The cloud refused a change of {address}: {self._say(error)}.",
                fix="Correct the source, or the rights of Pavior's credentials, as the cloud says, and plan again.",
                context={"address": address},
            ) from error

    def _say(self, error: Exception) -> str:
        return scrub(describe(error), self.secrets).rstrip(".")


def open_session(
    make_clients: MakeClients, target: CloudTarget, *, environment: str, region: str, secrets: tuple[str, ...] = ()
) -> Session:
    """A session with the cloud at `target`, which has answered once.

    Raises:
        ConflictError: `sandbox-restarted`.
        UnavailableError: `cloud-unreachable`.
    """
    target = replace(target, region=region or target.region)
    clients = make_clients(target)
    unasked = Session(target, Api(clients, target.region, "", environment), secrets)
    unasked.require_same_cloud()
    try:
        account = str(persistently(lambda: clients.client("sts").get_caller_identity()["Account"]))
    except CLOUD_FAILURES as error:
        raise unreachable(target, error) from error
    return replace(unasked, api=replace(unasked.api, account=account))


def type_of(name: str) -> ResourceType:
    """The resource type of a resource that was checked before."""
    return RESOURCE_TYPES[name]


def unreachable(target: CloudTarget, error: Exception) -> UnavailableError:
    """The cloud does not answer."""
    where = f"The sandbox cloud at {target.endpoint_url}" if target.endpoint_url else f"AWS in {target.region}"
    return UnavailableError(
        "cloud-unreachable",
        f"{where} does not answer: {type(error).__name__}.",
        fix="Check that the cloud runs and that this machine reaches it, then try again.",
        context={"endpoint_url": target.endpoint_url or "", "region": target.region},
    )


def _gone(address: str) -> UnavailableError:
    return UnavailableError(
        "apply-failed",
        f"{address} vanished from the cloud while it was being changed.",
        fix="Find out who removed it, and plan again.",
        context={"address": address},
    )
