"""What goes over the wire is what the command line prints, field by field."""

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from msgspec import Struct

from pavior.api.schemas import (
    compliance,
    controls,
    disputes,
    environments,
    levels,
    overrides,
    recomputed,
    records,
    standing,
    threat_library,
    views,
)
from pavior.api.schemas.form import PageOf, Shown
from pavior.audit.model import Problem, Verification
from pavior.cli.answer import to_json
from pavior.identity.model import Role
from pavior.kernel.pages import Page
from pavior.kernel.verdicts import UnknownReason
from pavior.policy.model import Coverage
from pavior.policy.rendering import denials
from pavior.reports.model import Document
from pavior.resources.drift import PropertyDrift
from pavior.resources.model import Sensitive, Skipped, Unknown
from pavior.testing import builders as a
from pavior.testing import people, recomputing
from pavior.testing import policy_views as policy
from pavior.testing import views as view
from pavior.testing.overrides import an_approved_override, an_override
from pavior.threatmodels.library import load_library

DENIED = denials(a.a_blocked_decision(), (a.a_control(),))
PARTIAL = Coverage(
    {},
    {"aws_lambda": 2},
    (Skipped("main.tf.bak", "It is no Terraform file."),),
    (Skipped("allowed-regions", "nobody has set regions"),),
)
FULL: tuple[tuple[type[Shown], object], ...] = (
    (
        views.HomeViewShown,
        view.a_home_view(
            changes_to_approve=(a.a_change(),),
            waivers_to_decide=(a.a_waiver(),),
            levels_to_decide=(a.a_level_change(),),
            overrides_to_decide=(an_override(),),
            overrides_to_review=(an_approved_override(),),
            disputes_to_answer=(policy.a_dispute(),),
            my_findings=(a.a_finding(),),
            drifted_environments=(a.an_environment(),),
            running=(a.a_run(),),
            recent_events=(a.a_recorded_event(),),
            services_total=3,
            hidden=("my_open_changes",),
        ),
    ),
    (views.ServiceSummaryShown, view.a_service_summary(open_findings=None)),
    (
        views.ServiceViewShown,
        view.a_service_view(threat_model=Document("threatmodel.yaml", None, ("line 1: it is no mapping.",))),
    ),
    (views.PreviewShown, view.a_preview(denials=DENIED)),
    (
        views.ChangeViewShown,
        view.a_change_view(
            plan=a.a_plan(decision=a.a_blocked_decision(coverage=PARTIAL)),
            approvals=(a.an_approval(),),
            waivers=(a.an_approved_waiver(),),
            denials=DENIED,
            overrides=(an_override(),),
        ),
    ),
    (
        views.EnvironmentViewShown,
        view.an_environment_view(
            drifts=(a.a_drift(),), findings=(a.a_finding(position=None),), waivers=(a.a_waiver(),), running=(a.a_run(),)
        ),
    ),
    (disputes.DisputeShown, policy.a_dispute()),
    (overrides.OverrideShown, an_approved_override()),
    (compliance.FrameworkSummaryShown, policy.a_framework_summary()),
    (compliance.FrameworkViewShown, policy.a_framework_view()),
    (compliance.EvidenceShown, policy.an_evidence()),
    (threat_library.LibraryThreatShown, load_library()[0]),
    (standing.ControlSummaryShown, policy.a_control_summary()),
    (standing.ControlViewShown, policy.a_control_view(hidden=("waivers",))),
    (standing.VerdictRowShown, policy.a_verdict_row()),
    (levels.LevelViewShown, policy.a_level_view()),
    (standing.CoverageViewShown, policy.a_coverage_view()),
    (controls.DecisionShown, a.a_blocked_decision()),
    (recomputed.RecomputedViewShown, recomputing.a_recomputed_view(result=recomputing.a_different_one())),
    (controls.DecisionShown, a.a_decision(basis=recomputing.a_basis())),
    (controls.DecisionShown, a.a_decision(override=an_approved_override().basis())),
    (environments.PlanShown, a.a_plan()),
    (environments.PropertyDriftShown, PropertyDrift("password", Unknown(detail="not read"), Sensitive("f1"))),
    (records.RecordedEventShown, a.a_recorded_event(event=a.an_event(details={"controls": ["x"], "n": 1}))),
    (records.MetricRowShown, view.a_metric_row()),
    (records.ServiceLevelShown, view.a_service_level()),
    (records.VerificationShown, Verification(3, 2, Problem.EDITED, "Row 2 was edited.", 1)),
    (records.PersonShown, people.a_person(roles=frozenset({Role.VIEWER, Role.ADMIN}), teams=frozenset({"b", "a"}))),
    (records.TeamShown, people.a_team(members=frozenset({"b", "a"}))),
    (records.LogLineShown, a.a_log_line()),
    (records.RunShown, a.a_run()),
)


@pytest.mark.parametrize(("shown", "value"), FULL, ids=[shown.__name__ for shown, _ in FULL])
def test_a_document_is_what_the_command_line_prints(shown: type[Shown], value: object) -> None:
    assert shown.of(value).model_dump(mode="json") == to_json(value)


def _shown_fields(shown: type[Shown]) -> set[str]:
    return set(shown.model_fields)


@pytest.mark.parametrize(("shown", "value"), FULL, ids=[shown.__name__ for shown, _ in FULL])
def test_a_new_field_of_a_model_is_decided_about_here(shown: type[Shown], value: Any) -> None:
    names = (
        list(value.__struct_fields__)
        if isinstance(value, Struct)
        else [item.name for item in dataclasses.fields(value) if item.repr]
    )

    assert _shown_fields(shown) == {name for name in names if not callable(getattr(value, name))}


def test_an_instant_is_told_in_utc_with_microseconds_whatever_its_zone() -> None:
    noon = datetime(2026, 11, 24, 14, tzinfo=timezone(timedelta(hours=2)))

    assert records.LogLineShown.of(a.a_log_line(at=noon)).model_dump(mode="json")["at"] == "2026-11-24T12:00:00.000000Z"
    assert noon == datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_what_is_unknown_or_hidden_in_a_plan_is_marked_and_never_looks_like_a_value() -> None:
    resource = a.a_resource(
        values={
            "arn": Unknown(detail="chosen by the provider"),
            "password": Sensitive("f1"),
            "list": [Unknown(UnknownReason.NOT_EVALUATED)],
            "tags": {"$sensitive": "written by a person"},
        }
    )

    assert environments.ResourceShown.of(resource).model_dump(mode="json")["values"] == {
        "arn": {"$unknown": "known-after-apply", "detail": "chosen by the provider"},
        "password": {"$sensitive": "f1"},
        "list": [{"$unknown": "not-evaluated", "detail": ""}],
        "tags": {"$mapping": {"$sensitive": "written by a person"}},
    }


def test_the_rule_of_a_control_and_the_folder_of_a_golden_path_stay_here() -> None:
    assert "rule" not in controls.ControlShown.of(a.a_control()).model_dump()
    assert "folder" not in views.GoldenPathShown.of(view.a_golden_path()).model_dump()


def test_a_page_says_how_many_there_are() -> None:
    page = PageOf[records.RunShown].of(Page((a.a_run(),), 12, 5), records.RunShown)

    assert page.model_dump(mode="json") == to_json(Page((a.a_run(),), 12, 5))
