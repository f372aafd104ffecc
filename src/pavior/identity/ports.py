"""What single sign-on needs of whoever knows the people."""

from typing import Protocol

from pavior.identity.model import ProviderAnswer, ProviderIdentity, SignInAttempt


class IdentityProvider(Protocol):
    """Speaks OpenID Connect, or the like."""

    @property
    def issuer(self) -> str:
        """Whose people these are, such as `https://id.example.org`."""

    def begin(self, attempt: SignInAttempt) -> str:
        """Where a browser has to go.

        Raises:
            UnavailableError: `provider-unreachable`.
        """

    def finish(self, attempt: SignInAttempt, answer: ProviderAnswer) -> ProviderIdentity:
        """Who it was, after everything that says so was verified.

        Raises:
            ForbiddenError: `sign-in-refused`, `sign-in-unproven`.
            UnavailableError: `provider-unreachable`, `secret-unreachable`.
            MissingError: `secret-missing`.
        """
