"""From a template and facts to HTML. Everything is escaped; a name that a template does not know is an error."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pavior.identity.authorisation import Authoriser
from pavior.identity.model import Actor, Permission, Scope
from pavior.kernel.clock import tell_instant
from pavior.kernel.errors import PaviorError
from pavior.overrides.model import Override, OverrideState
from pavior.policy.parameters import bounds_text, origin_text, value_text
from pavior.policy.waiver_model import Waiver, WaiverState
from pavior.reports.model import percent
from pavior.reports.scopes import environment_scope, finding_scope, service_scope, state_scope
from pavior.threatmodels.model import ThreatState
from pavior.web import moments, words
from pavior.web.assets import load_assets
from pavior.web.guarding import CSRF_FIELD, CSRF_HEADER
from pavior.web.markdown import render_markdown
from pavior.web.navigation import NAVIGATION, Place
from pavior.web.visits import Form, Page, Visit

SHORT_HASH_CHARACTERS = 12


@dataclass(frozen=True, slots=True)
class Renderer:
    """All templates.

    Args:
        public_url: Where people reach the portal, without a slash at the end.
    """

    public_url: str

    def page(self, visit: Visit, page: Page) -> str:
        """A page of somebody who is signed in."""
        return _render(
            page.template,
            {
                **page.facts,
                **_about(visit),
                "public_url": self.public_url,
                "error": page.error,
                "failed_form": page.failed_form,
                "typed": visit.form if page.failed_form else Form(),
            },
        )

    def problem(self, visit: Visit | None, error: PaviorError, status: int) -> str:
        """The page that says what went wrong, for somebody signed in or not."""
        about = _about(visit) if visit else _NOBODY
        return _render("problem.html", {**about, "failed_form": "", "error": error, "status": status})

    def outside(self, template: str, facts: Mapping[str, object]) -> str:
        """A page for somebody who is not signed in."""
        return _render(template, {**facts, **_NOBODY, "error": None, "failed_form": ""})


_NOBODY: Mapping[str, object] = {"visit": None, "done": ""}


def _render(template: str, facts: Mapping[str, object]) -> str:
    return _templates().get_template(template).render(facts)


@cache
def _templates() -> Environment:
    # Compiling them costs more than a thousand pages do.
    environment = Environment(
        loader=PackageLoader("pavior.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(_GLOBALS)
    environment.filters.update(_FILTERS)
    return environment


def may_somewhere(authoriser: Authoriser, actor: Actor, permission: Permission) -> bool:
    """Whether the actor may do this to anything: to the platform, to what their teams own, or to themselves."""
    return _may_somewhere(authoriser, actor, permission)


@lru_cache(maxsize=4096)
def _may_somewhere(authoriser: Authoriser, actor: Actor, permission: Permission) -> bool:
    # Policies see nothing of an actor but what is part of the key, and do not change while we run.
    scopes = [
        Scope(),
        Scope(kind="session", name=actor.id, requester=actor.id),
        *(Scope(kind="service", name="(any)", team=team) for team in sorted(actor.teams)),
    ]
    return any(authoriser.may(actor, permission, on=scope) for scope in scopes)


def _about(visit: Visit) -> dict[str, object]:
    authoriser, actor = visit.application.authoriser, visit.actor

    def may(permission: str, scope: Scope) -> bool:
        return authoriser.may(actor, Permission(permission), on=scope)

    def may_some(permission: str) -> bool:
        return may_somewhere(authoriser, actor, Permission(permission))

    return {
        "visit": visit,
        "actor": actor,
        "session": visit.session,
        "now": visit.now,
        "csrf": visit.session.csrf_token,
        "may": may,
        "may_somewhere": may_some,
        "menu": _menu(authoriser, actor),
        "done": words.DONE.get(visit.query.text("done"), ""),
    }


def _menu(authoriser: Authoriser, actor: Actor) -> list[tuple[str, list[Place]]]:
    offered = (
        (group.title, [place for place in group.places if may_somewhere(authoriser, actor, place.permission)])
        for group in NAVIGATION
    )
    return [(title, places) for title, places in offered if places]


def override_look(override: Override, now: datetime) -> words.Look:
    """How an override looks; an approved one whose moment has passed is not in force, whatever is recorded."""
    is_over = override.state is OverrideState.APPROVED and not override.lets_through(now)
    return words.EXPIRED_OVERRIDE if is_over else words.look(override.state)


def waiver_look(waiver: Waiver, now: datetime) -> words.Look:
    """A waiver is active until its expiry; the expiry moment itself is too late."""
    if waiver.state is WaiverState.APPROVED and not waiver.is_in_force(now):
        return words.EXPIRED
    return words.look(waiver.state)


def address(*path: str, **query: object) -> str:
    """An address of ours, each word of its path quoted; empty parts of the query are left out."""
    written = "/" + "/".join(quote(word, safe="") for word in path)
    asked = urlencode({name: value for name, value in query.items() if value not in ("", None, 0)})
    return f"{written}?{asked}" if asked else written


def part_address(visit: Visit, offset: int) -> str:
    """The same list, another part of it."""
    kept = [(name, value) for name, value in visit.query.pairs if name not in ("offset", "done", "sequence")]
    asked = urlencode([*kept, *([("offset", offset)] if offset else [])])
    return f"{visit.address}?{asked}" if asked else visit.address


def _short(commit: str) -> str:
    return commit[:SHORT_HASH_CHARACTERS]


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _plural(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _percent(ratio: object, places: int = 4) -> str:
    """What is no ratio stays as it is written."""
    return percent(ratio, places=places) if isinstance(ratio, int | float) else str(ratio)


_GLOBALS: dict[str, object] = {
    "asset": lambda name: load_assets().address(name),
    "look": words.look,
    "check_look": words.check_look,
    "event_look": words.event_look,
    "severity_look": words.severity_look,
    "change_kind": words.CHANGE_KINDS.__getitem__,
    "service_scope": service_scope,
    "environment_scope": environment_scope,
    "state_scope": state_scope,
    "finding_scope": finding_scope,
    "waiver_look": waiver_look,
    "override_look": override_look,
    "threat_states": tuple(ThreatState),
    "address": address,
    "part_address": part_address,
    "csrf_field": CSRF_FIELD,
    "csrf_header": CSRF_HEADER,
}
_FILTERS: dict[str, Callable[..., Any]] = {
    "value_text": value_text,
    "origin_text": origin_text,
    "bounds_text": bounds_text,
    "absolute": tell_instant,
    "day": moments.day,
    "exact": moments.exact,
    "clock_time": moments.clock_time,
    "relative": moments.relative,
    "span": moments.span,
    "short": _short,
    "as_json": _as_json,
    "plural": _plural,
    "percent": _percent,
    "drawn": Markup,  # threatmodels/drawing.py escapes all text of a model
    "markdown": lambda text: Markup(render_markdown(text)),  # noqa: S704 - the renderer escapes all raw HTML
}
