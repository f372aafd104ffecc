"""What belongs to the person: this session, and the tokens they made."""

from pavior.identity.model import ONLY_IN_PERSON, NewToken, Permission
from pavior.web.rendering import address, may_somewhere
from pavior.web.visits import Answer, Page, Redirect, Visit, attempt

TOKEN_FORM = "token"  # noqa: S105 - the name of a form


def show_account(visit: Visit) -> Page:
    """Session and tokens."""
    return _account(visit, None)


def create_token(visit: Visit) -> Answer:
    """Make a service token, and show its secret, this once."""
    form = visit.form
    known = {permission.value for permission in Permission}

    def act() -> Answer:
        made = visit.application.access.create_token(
            visit.actor,
            name=form.text("name"),
            permissions=frozenset(Permission(word) for word in form.texts("permissions") if word in known),
            days=form.whole_number("days"),
            team=form.text("team"),
            environment=form.text("environment"),
        )
        return _account(visit, made)

    return attempt(act, form=TOKEN_FORM, instead=lambda: _account(visit, None))


def revoke_token(visit: Visit) -> Answer:
    """End a token now."""
    visit.application.access.revoke_token(visit.actor, visit.path["token"])
    return Redirect(address("account"), "token-revoked")


def end_session(visit: Visit) -> Answer:
    """Sign out at another place."""
    visit.application.access.end_session(visit.actor, visit.actor.id, visit.path["session"])
    return Redirect(address("account"), "session-ended")


def _account(visit: Visit, made: NewToken | None) -> Page:
    application, actor = visit.application, visit.actor
    may_manage_tokens = may_somewhere(application.authoriser, actor, Permission.TOKEN_MANAGE)
    tokens = application.access.list_tokens(actor) if may_manage_tokens else ()
    grantable = tuple(
        permission
        for permission in Permission
        if permission not in ONLY_IN_PERSON and may_somewhere(application.authoriser, actor, permission)
    )
    return Page(
        "account.html",
        {
            "sessions": application.access.list_sessions(actor, actor.id),
            "tokens": tuple(token for token in tokens if token.creator == actor.id),
            "may_manage_tokens": may_manage_tokens,
            "grantable": grantable,
            "made": made,
        },
    )
