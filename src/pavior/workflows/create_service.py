"""From a golden path to a service with a repository, an owner, and environments on their way."""

from collections.abc import Mapping

from pavior.goldenpaths.model import GoldenPath
from pavior.identity.model import Actor
from pavior.reports.model import Preview
from pavior.runs.model import Run


class ServiceCreation:
    """Golden paths, previews, and creation."""

    def list_golden_paths(self, actor: Actor) -> tuple[GoldenPath, ...]:
        """All that can be chosen, by name."""
        raise NotImplementedError

    def get_golden_path(self, actor: Actor, name: str) -> GoldenPath:
        """Raises MissingError `golden-path-missing`."""
        raise NotImplementedError

    def preview_service(
        self, actor: Actor, golden_path: str, parameters: Mapping[str, object]
    ) -> Preview:
        """Files, plan and verdicts for the first environment; makes nothing.

        `parameters` holds `name` and `team` among the golden path's own.

        Raises:
            InvalidError: `parameters-invalid`, with the JSON pointer of each problem in `context["problems"]`.
        """
        raise NotImplementedError

    def create_service(
        self, actor: Actor, golden_path: str, parameters: Mapping[str, object]
    ) -> Run:
        """Make repository, catalog entry, environments, and open the first Change on the first environment.

        Raises:
            InvalidError: `parameters-invalid`; ConflictError: `service-exists`;
            ForbiddenError: `permission-denied` for a team that is not the actor's.
        """
        raise NotImplementedError
