"""Whatever people, repositories and clouds call things, a page shows it as text."""

from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from enum import Enum
from html.parser import HTMLParser
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, structs

from pavior.environments.model import ChangeStatus
from pavior.identity.model import Role
from pavior.kernel.verdicts import Outcome
from pavior.overrides.model import ReviewOutcome
from pavior.policy.levels import LevelScope
from pavior.policy.overriding import Denied
from pavior.policy.rendering import denials
from pavior.reports.replay_view import ReplayView
from pavior.runs.model import RunState
from pavior.testing.builders import (
    NOON,
    a_blocked_decision,
    a_change,
    a_control,
    a_drift,
    a_finding,
    a_level_change,
    a_parameter,
    a_plan,
    a_run,
    a_waiver,
    an_approval,
    an_approved_waiver,
    an_environment,
)
from pavior.testing.overrides import an_approved_override, an_override_view
from pavior.testing.people import an_actor
from pavior.testing.recomputing import a_different_one, a_recomputed_view
from pavior.testing.replay_views import a_level_plan, a_replay_view
from pavior.testing.threat_builders import a_standing
from pavior.testing.threat_reviews import a_threat_review, a_threat_review_view
from pavior.testing.views import a_change_view, a_home_view, a_preview, an_environment_view
from pavior.threatmodels.review_model import ThreatSignOff
from pavior.web.markdown import render_markdown

# No slash in it, so that it can also stand in an address.
HOSTILE = "'\"><img src=x onerror=alert(1)>{{7*7}}"
# Words by which a page finds its way, and which no stranger chooses.
_CHOSEN_BY_US = {"kind", "language", "unit", "fix_language", "state"}


def poisoned(value: Any, name: str = "") -> Any:
    """The same with hostile text in every place where text can stand."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return value if name in _CHOSEN_BY_US else HOSTILE
    if isinstance(value, Struct):
        told = {item: poisoned(getattr(value, item), item) for item in value.__struct_fields__}
        return structs.replace(value, **told)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{item.name: poisoned(getattr(value, item.name), item.name) for item in fields(value)})
    if isinstance(value, dict | MappingProxyType):
        return {
            poisoned(key) if isinstance(key, str) and not isinstance(key, Enum) else key: poisoned(inner)
            for key, inner in value.items()
        }
    if isinstance(value, tuple | list | frozenset):
        return type(value)(poisoned(inner) for inner in value)
    return value


class Elements(HTMLParser):
    """What a browser would make of a page, as far as it could do harm."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.seen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen += 1
        given = {name: value or "" for name, value in attrs}
        if tag in ("img", "iframe", "object", "embed", "base", "style") and not given.get("src", "").startswith(
            "/static/"
        ):
            self.wrong.append(f"<{tag}>")
        if tag == "script" and not given.get("src", "").startswith("/static/"):
            self.wrong.append("<script>")
        for name, value in given.items():
            if name.startswith("on") or name == "style":
                self.wrong.append(f"<{tag} {name}>")
            is_address = name in ("href", "src", "action", "formaction")
            if is_address and not (value.startswith(("/", "#")) and not value.startswith("//")) and value != "":
                self.wrong.append(f"<{tag} {name}={value[:40]}>")


def check(page: str) -> int:
    elements = Elements()
    elements.feed(page)
    assert elements.wrong == []
    assert "<img src=x" not in page
    return elements.seen


def replace_parts(view: ReplayView, place: str) -> ReplayView:
    """The same, of an environment with two words in its name."""
    return structs.replace(
        view,
        newly_stopped=tuple(structs.replace(item, environment=place) for item in view.newly_stopped),
        not_read=tuple(structs.replace(item, environment=place) for item in view.not_read),
    )


def _hostile_override() -> Any:
    denied = Denied(HOSTILE, HOSTILE, Outcome.FAILED)
    reviewed = {"review": ReviewOutcome.CONTROL_WRONG, "reviewed_by": "x", "reviewed_at": NOON, "review_reason": "x"}
    found = poisoned(an_approved_override(decision_reason="x", **reviewed))
    # Its number is ours, and stands in the address.
    return replace(found, id="OV-1", denied=(denied,), environment=f"{HOSTILE}/{HOSTILE}")


@pytest.fixture
def hostile_acme(acme: Any) -> Any:
    """Everything that a page can show, with hostile text in it."""
    chosen = (a_parameter(value=("x",)), a_parameter(pattern="x", minimum=None, value=None))
    control = poisoned(a_control(parameters=chosen))
    decision = poisoned(a_blocked_decision())
    run = poisoned(a_run(error_code="x", error_message="x", error_fix="x", state=RunState.FAILED, ended_at=NOON))
    change = poisoned(a_change(status=ChangeStatus.BLOCKED))
    acme.actor = an_actor(id=HOSTILE, roles=frozenset({Role.ADMIN}), teams=frozenset({HOSTILE}))
    acme.change = replace(
        poisoned(a_change_view(diff=f"diff --git a/x b/x\n+++ b/{HOSTILE}\n@@ -1 +1 @@\n+{HOSTILE}\n")),
        change=change,
        plan=replace(poisoned(a_plan()), decision=decision),
        diff=f"diff --git a/x b/x\n--- a/x\n+++ b/{HOSTILE}\n@@ -1 +1 @@\n+{HOSTILE}\n",
        denials=denials(decision, (control,)),
        approvals=(poisoned(an_approval()),),
        waivers=(poisoned(a_waiver()),),
        overrides=(_hostile_override(),),
        threat_review=poisoned(a_threat_review()),
        runs=(run,),
    )
    acme.override_view = an_override_view(override=_hostile_override(), change=change, may_review=True)
    acme.overrides = (_hostile_override(),)
    acme.threat_reviews = (poisoned(a_threat_review()),)
    said = poisoned(ThreatSignOff(1, "orders", "TR-1", "d", "m", True, "sam", NOON, "Good."))
    acme.threat_review_view = a_threat_review_view(
        review=acme.threat_reviews[0], sign_offs=(said,), may_not_answer_because=HOSTILE
    )
    for name in (
        "service",
        "services",
        "installation",
        "kept",
        "finding",
        "preview",
        "lines",
        "events",
        "metrics",
        "levels",
        "found",
        "people",
        "teams",
        "tokens",
        "library",
        "threat_page",
        "threat",
        "threat_fleet",
        "threats",
        "threat_models",
        "reopened",
        "issues",
    ):
        setattr(acme, name, poisoned(getattr(acme, name)))
    acme.recomputed = replace(poisoned(a_recomputed_view(result=a_different_one())), environment=f"{HOSTILE}/{HOSTILE}")
    acme.finding = replace(acme.finding, environment=f"{HOSTILE}/{HOSTILE}")
    acme.waiver = poisoned(an_approved_waiver())
    acme.waiver = structs.replace(acme.waiver, environment=f"{HOSTILE}/{HOSTILE}")
    acme.control = replace(acme.control, control=control, teams=(HOSTILE,))
    acme.control_view = replace(poisoned(acme.control_view), control=control, waivers=(acme.waiver,))
    place = f"{HOSTILE}/{HOSTILE}"
    acme.verdicts = (replace(poisoned(acme.verdicts[0]), environment=place),)
    acme.control_view = replace(
        acme.control_view, stages=tuple(replace(row, environments=(place,)) for row in acme.control_view.stages)
    )
    found = poisoned(acme.coverage)
    acme.coverage = replace(
        found,
        types=tuple(replace(row, environments=(place,)) for row in found.types),
        environments=tuple(replace(row, environment=place) for row in found.environments),
        skipped=tuple(replace(row, environment=place) for row in found.skipped),
        not_asked=tuple(replace(row, environments=(place,)) for row in found.not_asked),
    )
    shown = poisoned(a_replay_view())
    acme.replay = replace_parts(shown, place)
    proposed = poisoned(a_level_change(plan=a_level_plan(), scope=LevelScope(HOSTILE), decided_at=NOON))
    acme.level_view = replace(acme.level_view, control=control, changes=(proposed, *acme.level_view.changes))
    acme.run = run
    acme.environment = poisoned(an_environment_view(drifts=(a_drift(),), findings=(a_finding(),), running=(a_run(),)))
    acme.environment = replace(acme.environment, waivers=(poisoned(a_waiver()),))
    acme.golden_path = replace(poisoned(acme.golden_path), parameters_schema=_hostile_schema())
    acme.home = poisoned(
        a_home_view(
            changes_to_approve=(change,),
            waivers_to_decide=(a_waiver(),),
            my_open_changes=(change,),
            my_findings=(a_finding(),),
            drifted_environments=(an_environment(),),
            unknown_environments=(an_environment(),),
            running=(a_run(),),
            recent_events=acme.events,
            reopened_threats=(a_standing(reopened_at=NOON),),
        )
    )
    return acme


def _hostile_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "required": [HOSTILE],
        "properties": {
            HOSTILE: {"type": "string", "title": HOSTILE, "description": HOSTILE, "examples": [HOSTILE]},
            "choice": {"enum": [HOSTILE, "b"], "title": HOSTILE, "default": HOSTILE},
            "long": {"type": "string", "maxLength": 400, "default": HOSTILE},
            "many": {"enum": [HOSTILE, *"bcdefg"], "description": HOSTILE},
        },
    }


@pytest.mark.parametrize("moment", [NOON + timedelta(hours=1), NOON + timedelta(days=90)])
def test_hostile_text_stays_text_on_every_page(moment: Any, hostile_acme: Any, browser: Any, addresses: Any) -> None:
    hostile_acme.now = moment
    checked = []
    for method, address, _ in addresses():
        if method == "GET" and not address.endswith(("/log", "/export", ".csv", "/picture", ".svg", ".pdf", ".json")):
            answer = browser.get(f"{address}?q={HOSTILE}&service={HOSTILE}&control={HOSTILE}&environment={HOSTILE}")
            assert answer.status_code == 200, address
            check(answer.text)
            checked.append(address)
            # What is escaped is there, so nothing was escaped twice or lost.
            assert "&lt;img src=x onerror=alert(1)&gt;{{7*7}}" in answer.text, address
    assert len(checked) > 20


@pytest.mark.usefixtures("hostile_acme")
def test_hostile_text_that_was_typed_stays_text(browser: Any, addresses: Any) -> None:
    names = ("name", "title", "display_name", "reason", "control", "subject", "days", "branch", "commit", "variables")
    form = dict.fromkeys(names, HOSTILE) | {f"p.{HOSTILE}": HOSTILE, "roles": HOSTILE, "digest": HOSTILE}
    for method, address, _ in addresses():
        if method == "POST":
            answer = browser.post(address, form)
            if answer.status_code != 303:
                check(answer.text)
            else:
                assert answer.headers["location"].startswith("/")
                assert not answer.headers["location"].startswith("//")


def test_hostile_words_in_an_address_stay_text(stranger: Any, browser: Any) -> None:
    for asked in (stranger.get(f"/{HOSTILE}"), browser.get(f"/{HOSTILE}"), browser.get(f"/changes/{HOSTILE}")):
        assert asked.status_code == 404
        check(asked.text)
    check(stranger.get(f"/sign-in/{HOSTILE}").text)


def test_a_link_of_a_check_leads_nowhere_else(acme: Any, browser: Any) -> None:
    proposal, checks = acme.service.proposals[0]
    for link in ("javascript:alert(1)", "//evil.example", "https://evil.example"):
        acme.service = replace(acme.service, proposals=((proposal, (replace(checks[0], link=link),)),))
        page = browser.get("/services/orders").text
        check(page)
        assert link not in page


def test_a_preview_shows_its_files_as_text(acme: Any, browser: Any) -> None:
    acme.preview = a_preview(files={"a.html": "<script>alert(1)</script>"})

    page = browser.post("/create/python-service/preview", {"p.name": "cart", "p.team": "payments"}).text

    check(page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@given(st.text(alphabet=st.sampled_from("<>\"'&()[]!`*_#-|\n :/=abjsrcipt\\"), max_size=80))
def test_markdown_never_becomes_more_than_text_and_its_own_elements(text: str) -> None:
    class Allowed(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            words = "p h1 h2 h3 h4 h5 h6 ul ol li a em strong code pre blockquote hr br table thead tbody tr th td"
            assert tag in words.split()
            assert {name for name, _ in attrs} <= {"href", "title", "class", "start"}

    Allowed().feed(render_markdown(text))


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "data:image/gif;base64,x", "vbscript:x"]
)
def test_markdown_links_lead_only_to_the_web(link: str) -> None:
    assert "href" not in render_markdown(f"[a]({link}) <{link}>")
    assert 'href="https://example.org"' in render_markdown("[a](https://example.org)")


def test_markdown_shows_no_pictures() -> None:
    assert "<img" not in render_markdown("![a](https://example.org/a.png)")
