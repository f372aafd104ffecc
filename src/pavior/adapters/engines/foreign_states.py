"""Engines whose state is not Terraform's."""

from pavior.kernel.errors import InvalidError


class WithoutTerraformState:
    """The part of the port that is about Terraform's state, for an engine that has none."""

    name: str

    @property
    def has_terraform_state(self) -> bool:
        """It has a form of its own."""
        return False

    def terraform_state(self, state: bytes) -> bytes | None:
        """None."""
        return None

    def with_terraform_state(self, state: bytes, own: bytes) -> bytes:
        """Raises InvalidError `state-unreadable`."""
        raise InvalidError(
            "state-unreadable",
            f"The {self.name} engine cannot go on from a state of Terraform's.",
            fix="Make the environment with PAVIOR_ENGINE=terraform.",
        )
