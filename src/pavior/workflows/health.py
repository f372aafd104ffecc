"""Is Pavior itself well."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One part of Pavior. `detail` says what is wrong and what to do, or is empty."""

    name: str
    is_well: bool
    detail: str


class Health:
    """Readiness."""

    def check(self) -> tuple[HealthCheck, ...]:
        """Database, worker, sandbox, disk. Needs no actor: it tells nothing of anybody's."""
        raise NotImplementedError
