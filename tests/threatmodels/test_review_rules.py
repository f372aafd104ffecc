"""When a proposal needs a security review, and what an installation chooses of that."""

from dataclasses import replace

import pytest

from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Severity
from pavior.threatmodels.diffing import Crossing, ModelDiff, Named, Reclassified, Weakened
from pavior.threatmodels.model import BoundaryKind, DataClass, Dismissal, Threat, ThreatCategory
from pavior.threatmodels.review_rules import BUILT_IN_RULES, read_review_rules, reasons

API = Named("api", "The API")
LEAK = Threat("leak", "Orders leak", ThreatCategory.INFORMATION_DISCLOSURE, Severity.HIGH)
MILD = replace(LEAK, id="mild", title="A mild one", severity=Severity.LOW)


def _asked(diff: ModelDiff) -> list[str]:
    return [item.rule for item in reasons(diff, BUILT_IN_RULES)]


def test_nothing_is_asked_of_what_changes_nothing() -> None:
    assert _asked(ModelDiff(has_before=True)) == []


@pytest.mark.parametrize(
    ("diff", "rules"),
    [
        (ModelDiff(True, entries=(API,)), ["entry-added"]),
        (ModelDiff(True, crossings=(Crossing(API, (BoundaryKind.INTERNET,)),)), ["boundary-crossed"]),
        (ModelDiff(True, crossings=(Crossing(API, (BoundaryKind.ACCOUNT,)),)), ["boundary-crossed"]),
        (ModelDiff(True, crossings=(Crossing(API, (BoundaryKind.NETWORK,)),)), []),
        (ModelDiff(True, raised=(Reclassified(API, None, DataClass.CONFIDENTIAL),)), ["data-class-raised"]),
        (ModelDiff(True, raised=(Reclassified(API, None, DataClass.INTERNAL),)), []),
        (ModelDiff(True, lowered=(Reclassified(API, DataClass.RESTRICTED, None),)), ["data-class-lowered"]),
        (ModelDiff(True, lowered=(Reclassified(API, DataClass.INTERNAL, None),)), []),
        (ModelDiff(True, privileges=(API,)), ["privilege-added"]),
        (ModelDiff(True, threats_added=(LEAK,)), ["threat-added"]),
        (ModelDiff(True, threats_added=(MILD,)), []),
        (ModelDiff(True, threats_removed=(LEAK,)), ["threat-removed"]),
        (ModelDiff(True, weakened=(Weakened(LEAK, ("a",)),)), ["threat-weakened"]),
        (ModelDiff(True, weakened=(Weakened(MILD, ("a",)),)), []),
        (ModelDiff(True, weakened=(Weakened(MILD, (), Severity.CRITICAL),)), ["threat-weakened"]),
        (ModelDiff(True, accepted=(MILD,)), ["threat-accepted"]),
        (ModelDiff(True, dismissed=(Dismissal("flood", "no"),)), ["threat-dismissed"]),
    ],
)
def test_a_rule_asks_for_what_it_is_about_and_for_nothing_milder(diff: ModelDiff, rules: list[str]) -> None:
    assert _asked(diff) == rules


def test_a_reason_says_in_a_sentence_what_it_is_about() -> None:
    (reason,) = reasons(ModelDiff(True, threats_removed=(LEAK,)), BUILT_IN_RULES)

    assert reason.told == "A threat is no longer in the model: Orders leak."
    assert reason.places == ("leak",)


def test_an_installation_chooses_which_rules_ask_and_about_what() -> None:
    rules = read_review_rules(
        b"version = 1\n[rules.entry-added]\nasks = false\n"
        b'[rules.boundary-crossed]\nboundaries = ["network"]\n[rules.threat-added]\nseverity = "low"\n'
    )
    diff = ModelDiff(True, entries=(API,), crossings=(Crossing(API, (BoundaryKind.NETWORK,)),), threats_added=(MILD,))

    assert [item.rule for item in reasons(diff, rules)] == ["boundary-crossed", "threat-added"]


def test_what_nobody_chose_stays_as_it_is_built_in() -> None:
    assert read_review_rules(b"version = 1\n") == BUILT_IN_RULES


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"\xff", "no TOML"),
        (b"version = ", "no TOML"),
        (b"", "no version"),
        (b"version = 2", "no version"),
        (b"version = 1\nrules = 3", "no table"),
        (b"version = 1\nruls = 3", "no key 'ruls'"),
        (b"version = 1\n[rules.entry-add]\n", "no key 'entry-add'"),
        (b"version = 1\n[rules]\nentry-added = false\n", "entry-added is no table"),
        (b"version = 1\n[rules.entry-added]\nasks = 0\n", "`asks` of entry-added is 0"),
        (b"version = 1\n[rules.entry-added]\nseverity = 'low'\n", "entry-added has no key 'severity'"),
        (b"version = 1\n[rules.threat-added]\nseverity = 'grave'\n", "'grave'"),
        (b"version = 1\n[rules.boundary-crossed]\nboundaries = []\n", "no list of kinds"),
        (b"version = 1\n[rules.boundary-crossed]\nboundaries = ['moon']\n", "'moon'"),
    ],
)
def test_a_choice_that_cannot_be_read_is_refused_by_name(body: bytes, told: str) -> None:
    with pytest.raises(InvalidError, match="review-rules-invalid") as refused:
        read_review_rules(body)

    assert told in refused.value.summary
