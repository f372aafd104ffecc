"""All that concerns who gets in: one service made of its desks."""

from pavior.identity.federation import FederationDesk
from pavior.identity.people import PeopleDesk
from pavior.identity.tokens import TokenDesk


class Access(PeopleDesk, FederationDesk, TokenDesk):
    """Invitations, sign-in, sessions, service tokens, people and teams."""

    __slots__ = ()
