"""All that concerns who gets in: one service made of its three desks."""

from pavior.identity.people import PeopleDesk
from pavior.identity.signing_in import SignInDesk
from pavior.identity.tokens import TokenDesk


class Access(PeopleDesk, SignInDesk, TokenDesk):
    """Invitations, sign-in, sessions, service tokens, people and teams."""

    __slots__ = ()
