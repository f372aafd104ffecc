"""One environment: what is there, what drifted, and what can be done about it."""

from collections.abc import Callable
from datetime import datetime

from pavior.environments.model import Change
from pavior.identity.model import Permission
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Verdict
from pavior.policy.waivers import longest
from pavior.reports.model import EnvironmentView
from pavior.reports.scopes import state_scope
from pavior.states.model import StateHistory
from pavior.web.handlers.changes import controls_by_id, log_of
from pavior.web.rendering import address
from pavior.web.values import drift_text, value_text
from pavior.web.visits import Answer, Page, Redirect, Visit, attempt

DESTROY_FORM = "destroy"
OPEN_FORM = "open"


def show_environment(visit: Visit) -> Page:
    """One environment."""
    view = visit.application.pages.get_environment(visit.actor, _id(visit))
    run = next(iter(view.running), None)
    return Page(
        "environment.html",
        {
            "view": view,
            "drifts": sorted(view.drifts, key=lambda drift: (-drift.severity.rank, drift.address)),
            "controls": controls_by_id(visit),
            "run": run,
            "lines": log_of(visit, run),
            "outputs": _outputs(view),
            "kept": _kept(visit, view),
            "is_waived": lambda verdict: is_waived(verdict, view, visit.now),
            "value_text": value_text,
            "drift_text": drift_text,
        },
    )


def open_change(visit: Visit) -> Answer:
    """Ask that a branch, or a commit of main, be brought here."""
    form = visit.form

    def act() -> Answer:
        change = visit.application.changes.open_change(
            visit.actor,
            _id(visit),
            branch=form.text("branch"),
            commit=form.text("commit"),
            title=form.text("title"),
            variables=_assignments(form.text("variables")),
        )
        return _look_at(change)

    return attempt(act, form=OPEN_FORM, instead=lambda: show_environment(visit))


def check_drift(visit: Visit) -> Answer:
    """Look at the live cloud now; the page shows how it goes."""

    def act() -> Answer:
        visit.application.drift.check_drift(visit.actor, _id(visit))
        return Redirect(_address(visit))

    return attempt(act, form="check-drift", instead=lambda: show_environment(visit))


def revert_drift(visit: Visit) -> Answer:
    """Bring the live cloud back to what was applied."""
    return _open(visit, "revert-drift", lambda: visit.application.changes.revert_drift(visit.actor, _id(visit)))


def adopt_drift(visit: Visit) -> Answer:
    """Let the source say what is live: of one resource, or of all that drifted."""
    resource = visit.form.text("resource")
    resources = (resource,) if resource else ()
    return _open(
        visit, "adopt-drift", lambda: visit.application.changes.adopt_drift(visit.actor, _id(visit), resources)
    )


def restore_state(visit: Visit) -> Answer:
    """Let an older version of Terraform's state be the newest again."""

    def act() -> Answer:
        visit.application.states.restore(visit.actor, _id(visit), visit.form.whole_number("number"))
        return Redirect(_address(visit), "state-restored")

    return attempt(act, form="state", instead=lambda: show_environment(visit))


def unlock_state(visit: Visit) -> Answer:
    """Take the lock of Terraform's state away from whoever holds it."""

    def act() -> Answer:
        visit.application.states.force_unlock(visit.actor, _id(visit), reason=visit.form.text("reason"))
        return Redirect(_address(visit), "state-unlocked")

    return attempt(act, form="state", instead=lambda: show_environment(visit))


def rebuild(visit: Visit) -> Answer:
    """Make everything again."""
    return _open(visit, "rebuild", lambda: visit.application.changes.rebuild_environment(visit.actor, _id(visit)))


def destroy(visit: Visit) -> Answer:
    """Take everything down, if the name was typed."""

    def act() -> Change:
        typed, name = visit.form.text("confirmation"), _id(visit)
        if typed != name:
            raise InvalidError(
                "confirmation-wrong",
                f"{typed[:80] or 'Nothing'} was typed, and not {name}, so nothing was done.",
                fix=f"Type {name} to open the Change that destroys it.",
            )
        return visit.application.changes.destroy_environment(visit.actor, name)

    return _open(visit, DESTROY_FORM, act)


def is_waived(verdict: Verdict, view: EnvironmentView, now: datetime) -> bool:
    """Whether a waiver of this environment excuses what a verdict found."""
    return longest(view.waivers, verdict, view.environment.id, now) is not None


def _open(visit: Visit, form: str, act: Callable[[], Change]) -> Answer:
    return attempt(lambda: _look_at(act()), form=form, instead=lambda: show_environment(visit))


def _look_at(change: Change) -> Redirect:
    return Redirect(address("changes", change.id), "change-opened")


def _id(visit: Visit) -> str:
    return f"{visit.path['service']}/{visit.path['stage']}"


def _address(visit: Visit) -> str:
    return address("environments", visit.path["service"], visit.path["stage"])


def _kept(visit: Visit, view: EnvironmentView) -> StateHistory | None:
    """What Terraform's states are kept of it; None when there is none that the actor may know of."""
    place = view.environment
    scope = state_scope(place.id, view.service, is_production=place.is_production)
    if not visit.application.authoriser.may(visit.actor, Permission.STATE_READ, on=scope):
        return None
    found = visit.application.states.history(visit.actor, view.environment.id)
    return found if found.versions or found.lock else None


def _outputs(view: EnvironmentView) -> tuple[tuple[str, str], ...]:
    return tuple((name, value if isinstance(value, str) else repr(value)) for name, value in view.outputs.items())


def _assignments(text: str) -> dict[str, str]:
    """`KEY=VALUE`, one a line."""
    found: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        key, separator, value = line.partition("=")
        if not separator or not key.strip():
            raise InvalidError(
                "variables-unreadable",
                f"{line[:60]!r} is no variable.",
                fix="Write one variable a line, as KEY=VALUE.",
            )
        found[key.strip()] = value.strip()
    return found
