"""`pavior user`, `pavior team` and `pavior token`: who gets in, and who owns."""

import click

from pavior.cli.answer import Answer, Facts, Table, Text
from pavior.cli.verb import Call, Verb
from pavior.identity.model import Invitation, Permission, Person, Role, ServiceToken, Team
from pavior.kernel.clock import format_instant
from pavior.kernel.errors import InvalidError


@click.group()
def user() -> None:
    """Who can sign in."""


@click.group()
def team() -> None:
    """Who owns."""


@click.group()
def token() -> None:
    """What programs sign in with."""


_roles_option = click.option(
    "--role",
    "roles",
    type=click.Choice([role.value for role in Role]),
    multiple=True,
    required=True,
    help="Repeatable.",
)


@user.command(
    "invite",
    cls=Verb,
    permission=Permission.PERSON_INVITE,
    example="pavior user invite mara --name 'Mara Lind' --role developer --team payments",
)
@click.argument("name")
@click.option("--name", "display_name", default="", help="As people write it; NAME when left out.")
@_roles_option
@click.option("--team", "teams", multiple=True, help="A team to belong to; repeatable.")
def invite(call: Call, name: str, display_name: str, roles: tuple[str, ...], teams: tuple[str, ...]) -> Answer:
    """Add a person, and print the one-time link by which they sign in first."""
    invitation = call.application.access.invite_person(
        call.actor,
        name=name,
        display_name=display_name or name,
        roles=frozenset(Role(role) for role in roles),
        teams=frozenset(teams),
    )
    return _link_answer(call, invitation)


@user.command("login-link", cls=Verb, permission=Permission.SESSION_MANAGE, example="pavior user login-link mara")
@click.argument("name")
def login_link(call: Call, name: str) -> Answer:
    """Print a one-time link by which a person signs in."""
    return _link_answer(call, call.application.access.create_login_link(call.actor, name))


@user.command("sessions", cls=Verb, permission=Permission.SESSION_MANAGE, example="pavior user sessions mara")
@click.argument("name")
def list_sessions(call: Call, name: str) -> Answer:
    """List where a person is signed in now."""
    sessions = call.application.access.list_sessions(call.actor, name)
    rows = tuple(
        (item.id, format_instant(item.started_at), format_instant(item.last_seen_at), format_instant(item.ends_at))
        for item in sessions
    )
    columns = ("session", "began", "last used", "ends")
    next_step = (Text(f"End one: pavior user end-session {name} SESSION"),) if rows else ()
    return Answer(sessions, (Table(columns, rows, f"{name} is signed in nowhere."), *next_step))


@user.command(
    "end-session",
    cls=Verb,
    permission=Permission.SESSION_MANAGE,
    example="pavior user end-session mara 3f2a9c0d11e2",
)
@click.argument("name")
@click.argument("session")
def end_session(call: Call, name: str, session: str) -> Answer:
    """Sign a person out at one place."""
    call.application.access.end_session(call.actor, name, session)
    return Answer({"person": name, "session": session}, (Text(f"{name} is signed out there."),))


@user.command("list", cls=Verb, permission=Permission.PERSON_READ, example="pavior user list")
def list_people(call: Call) -> Answer:
    """List the people who can sign in."""
    people = call.application.access.list_people(call.actor)
    rows = tuple(
        (item.name, item.display_name, _words(item.roles), _words(item.teams), "disabled" if item.is_disabled else "")
        for item in people
    )
    return Answer(people, (Table(("user", "name", "roles", "teams", ""), rows, "There is nobody yet."),))


@user.command("show", cls=Verb, permission=Permission.PERSON_READ, example="pavior user show mara")
@click.argument("name")
def show_person(call: Call, name: str) -> Answer:
    """Show one person."""
    return _person_answer(call.application.access.get_person(call.actor, name))


@user.command(
    "set-roles", cls=Verb, permission=Permission.PERSON_INVITE, example="pavior user set-roles mara --role security"
)
@click.argument("name")
@_roles_option
def set_roles(call: Call, name: str, roles: tuple[str, ...]) -> Answer:
    """Give a person exactly these roles, from now on."""
    return _person_answer(call.application.access.set_roles(call.actor, name, frozenset(Role(role) for role in roles)))


@user.command("disable", cls=Verb, permission=Permission.PERSON_INVITE, example="pavior user disable mara")
@click.argument("name")
def disable(call: Call, name: str) -> Answer:
    """Let a person in no more; ends their sessions and tokens."""
    return _person_answer(call.application.access.disable_person(call.actor, name))


@user.command(
    "link",
    cls=Verb,
    permission=Permission.PERSON_INVITE,
    example="pavior user link mara 5f2c1c9e-4b1d-4e7a-9d62-6a1f0f6f8c11",
)
@click.argument("name")
@click.argument("subject")
def link_identity(call: Call, name: str, subject: str) -> Answer:
    """Say that a person is SUBJECT of the identity provider; their groups decide from then on."""
    return _person_answer(call.application.single_sign_on.link(call.actor, name, subject))


@user.command("unlink", cls=Verb, permission=Permission.PERSON_INVITE, example="pavior user unlink mara")
@click.argument("name")
def unlink_identity(call: Call, name: str) -> Answer:
    """Forget who a person is at the identity provider, and sign them out everywhere."""
    return _person_answer(call.application.single_sign_on.unlink(call.actor, name))


@team.command(
    "create", cls=Verb, permission=Permission.TEAM_MANAGE, example="pavior team create payments --title Payments"
)
@click.argument("name")
@click.option("--title", default="", help="As people write it; NAME when left out.")
def create_team(call: Call, name: str, title: str) -> Answer:
    """Add a team without members."""
    return _team_answer(call.application.access.create_team(call.actor, name, title or name))


@team.command("list", cls=Verb, permission=Permission.PERSON_READ, example="pavior team list")
def list_teams(call: Call) -> Answer:
    """List the teams and who belongs to them."""
    teams = call.application.access.list_teams(call.actor)
    rows = tuple((item.name, item.title, _words(item.members)) for item in teams)
    return Answer(teams, (Table(("team", "title", "members"), rows, "There is no team yet."),))


@team.command("add", cls=Verb, permission=Permission.TEAM_MANAGE, example="pavior team add payments mara")
@click.argument("name")
@click.argument("person")
def add_member(call: Call, name: str, person: str) -> Answer:
    """Put a person in a team."""
    return _team_answer(call.application.access.set_membership(call.actor, team=name, person=person, is_member=True))


@team.command("remove", cls=Verb, permission=Permission.TEAM_MANAGE, example="pavior team remove payments mara")
@click.argument("name")
@click.argument("person")
def remove_member(call: Call, name: str, person: str) -> Answer:
    """Take a person out of a team."""
    return _team_answer(call.application.access.set_membership(call.actor, team=name, person=person, is_member=False))


@token.command(
    "create",
    cls=Verb,
    permission=Permission.TOKEN_MANAGE,
    example="pavior token create ci-orders --permission change:open --team payments --days 90",
)
@click.argument("name")
@click.option("--permission", "permissions", multiple=True, required=True, help="What it may do; repeatable.")
@click.option("--team", "team_name", default="", help="The only team of whose things it may change something.")
@click.option("--environment", default="", help="The only one with which it may do anything, such as orders/prod.")
@click.option("--days", type=click.IntRange(1), required=True, help="How long it works.")
def create_token(
    call: Call, name: str, permissions: tuple[str, ...], team_name: str, environment: str, days: int
) -> Answer:
    """Make a token, and print its secret this one time."""
    made = call.application.access.create_token(
        call.actor,
        name=name,
        permissions=_permissions(permissions),
        days=days,
        team=team_name,
        environment=environment,
    )
    told = Text(f"Keep this secret, it is shown once:\n{made.secret}\nUse it as PAVIOR_TOKEN, or as a bearer token.")
    return Answer({"token": made.token, "secret": made.secret}, (_token_facts(made.token), told))


@token.command("list", cls=Verb, permission=Permission.TOKEN_MANAGE, example="pavior token list")
def list_tokens(call: Call) -> Answer:
    """List the tokens that you may revoke, also those that are over."""
    now = call.application.clock.now()
    tokens = call.application.access.list_tokens(call.actor)
    rows = tuple(
        (
            item.name,
            "valid" if item.is_valid(now) else "over",
            item.team,
            item.environment,
            item.creator,
            format_instant(item.revoked_at or item.expires_at),
            _words(item.permissions),
        )
        for item in tokens
    )
    return Answer(
        tokens,
        (Table(("token", "state", "team", "environment", "maker", "until", "permissions"), rows, "There is none."),),
    )


@token.command("revoke", cls=Verb, permission=Permission.TOKEN_MANAGE, example="pavior token revoke ci-orders")
@click.argument("name")
def revoke_token(call: Call, name: str) -> Answer:
    """End a token now."""
    revoked = call.application.access.revoke_token(call.actor, name)
    return Answer(revoked, (_token_facts(revoked),))


def _permissions(words: tuple[str, ...]) -> frozenset[Permission]:
    known = {item.value: item for item in Permission}
    for word in words:
        if word not in known:
            raise InvalidError(
                "permission-unknown", f"There is no permission {word[:40]!r}.", fix=f"Use one of: {', '.join(known)}."
            )
    return frozenset(known[word] for word in words)


def _words(values: frozenset[Role] | frozenset[Permission] | frozenset[str]) -> str:
    return " ".join(sorted(str(value) for value in values))


def _link_answer(call: Call, link: Invitation) -> Answer:
    address = call.sign_in_address(link)
    facts = Facts((("user", link.person), ("link", address), ("until", format_instant(link.expires_at))))
    document = {"person": link.person, "kind": link.kind, "link": address, "expires_at": link.expires_at}
    return Answer(document, (facts, Text("Whoever opens the link first is signed in as this person; it works once.")))


def _person_answer(item: Person) -> Answer:
    facts = Facts(
        (
            ("user", item.name),
            ("name", item.display_name),
            ("roles", _words(item.roles)),
            ("teams", _words(item.teams)),
            ("since", format_instant(item.created_at)),
            ("subject", item.subject),
            ("", "disabled" if item.is_disabled else ""),
        )
    )
    return Answer(item, (facts,))


def _team_answer(item: Team) -> Answer:
    facts = Facts((("team", item.name), ("title", item.title), ("members", _words(item.members) or "nobody")))
    return Answer(item, (facts,))


def _token_facts(item: ServiceToken) -> Facts:
    return Facts(
        (
            ("token", item.name),
            ("permissions", _words(item.permissions)),
            ("team", item.team),
            ("environment", item.environment),
            ("maker", item.creator),
            ("until", format_instant(item.revoked_at or item.expires_at)),
        )
    )
