"""People, teams and invitations."""

from pavior.identity.model import Invitation, Permission, Role
from pavior.web.rendering import address, may_somewhere
from pavior.web.visits import Answer, Page, Redirect, Visit, attempt

INVITE_FORM = "invite"
TEAM_FORM = "team"
_PEOPLE = "/people"


def show_people(visit: Visit) -> Page:
    """Everybody, and their teams."""
    access = visit.application.access
    return Page(
        "people.html",
        {
            "people": access.list_people(visit.actor),
            "teams": access.list_teams(visit.actor),
            "roles": tuple(Role),
            "provider": visit.application.single_sign_on.label,
            "may_invite": may_somewhere(visit.application.authoriser, visit.actor, Permission.PERSON_INVITE),
            "may_manage_teams": may_somewhere(visit.application.authoriser, visit.actor, Permission.TEAM_MANAGE),
        },
    )


def invite(visit: Visit) -> Answer:
    """Add a person, and show the one-time link, this once."""
    form = visit.form

    def act() -> Answer:
        invitation = visit.application.access.invite_person(
            visit.actor,
            name=form.text("name"),
            display_name=form.text("display_name"),
            roles=_roles(visit),
            teams=frozenset(form.texts("teams")),
        )
        return _link(invitation)

    return attempt(act, form=INVITE_FORM, instead=lambda: show_people(visit))


def give_login_link(visit: Visit) -> Answer:
    """A new one-time link, shown this once."""
    return _link(visit.application.access.create_login_link(visit.actor, visit.path["person"]))


def set_roles(visit: Visit) -> Answer:
    """Exactly these roles, from now on."""
    name = visit.path["person"]

    def act() -> Answer:
        visit.application.access.set_roles(visit.actor, name, _roles(visit))
        return Redirect(_PEOPLE, "roles-set")

    return attempt(act, form=f"person:{name}", instead=lambda: show_people(visit))


def disable(visit: Visit) -> Answer:
    """End their sessions, and let them in no more."""
    name = visit.path["person"]

    def act() -> Answer:
        visit.application.access.disable_person(visit.actor, name)
        return Redirect(_PEOPLE, "person-disabled")

    return attempt(act, form=f"person:{name}", instead=lambda: show_people(visit))


def create_team(visit: Visit) -> Answer:
    """A team without members."""

    def act() -> Answer:
        visit.application.access.create_team(visit.actor, visit.form.text("name"), visit.form.text("title"))
        return Redirect(_PEOPLE, "team-created")

    return attempt(act, form=TEAM_FORM, instead=lambda: show_people(visit))


def set_membership(visit: Visit) -> Answer:
    """Put a person in a team, or out of it."""
    team = visit.path["team"]

    def act() -> Answer:
        visit.application.access.set_membership(
            visit.actor, team=team, person=visit.form.text("person"), is_member=visit.form.text("is_member") == "yes"
        )
        return Redirect(_PEOPLE, "membership-set")

    return attempt(act, form=f"team:{team}", instead=lambda: show_people(visit))


def _roles(visit: Visit) -> frozenset[Role]:
    known = {role.value for role in Role}
    return frozenset(Role(word) for word in visit.form.texts("roles") if word in known)


def _link(invitation: Invitation) -> Page:
    return Page("link.html", {"invitation": invitation, "path": address("sign-in", invitation.token)})
