"""Every place where a waiver means something. Each has a column in docs/reference/waiver-conformance.md.

A module that asks whether something is waived and stands in none of them fails the tests, as does a missing column.
"""

from typing import Final

from msgspec import Struct


class WaiverSurface(Struct, frozen=True):
    """One place where people or programs see what a waiver does.

    Args:
        name: Heading of its column.
        says: What it shows when something is excused.
        modules: Where it asks, below `pavior.`.
        is_away: Whether it is read without us, from what was signed before.
    """

    name: str
    says: str
    modules: tuple[str, ...]
    is_away: bool = False


def _check(name: str, says: str, module: str) -> WaiverSurface:
    """What `pavior check` says in one form, by the signed document; without one it knows no waiver."""
    return WaiverSurface(name, says, (f"cli.checking.{module}",), is_away=True)


SURFACES: Final = (
    WaiverSurface(
        "plan gate",
        "the ruling is waived, and names the waiver; asked when planning, and again before the apply",
        ("workflows.gate", "workflows.create_service", "workflows.plan_change", "workflows.apply_change"),
    ),
    WaiverSurface("gate for plans of others", "the same, for `pavior gate`", ("workflows.gate_plan",)),
    WaiverSurface(
        "signed Decision",
        "`pavior verify` has no objection; a Decision that rests on a waiver ends with it",
        ("policy.attesting",),
        is_away=True,
    ),
    WaiverSurface(
        "proposal check",
        "the check beside the commit does not fail, where each standing environment of the service is excused",
        ("workflows.check_proposal",),
    ),
    WaiverSurface(
        "exit status of a check",
        "0 of `pavior check --levels-from`, and 3 when the document cannot be gone by; each waiver of it ends five "
        "minutes early",
        ("policy.waiver_documents", "cli.checking.waived"),
        is_away=True,
    ),
    _check("check for people", "a row of its own, with the waiver and its end", "people"),
    _check("check as JSON", "in `waived` alone, with the waiver and its end", "report"),
    _check("check as SARIF", "a note with an accepted suppression", "formats.sarif"),
    _check("check as JUnit", "a skipped case, with the waiver and its end", "formats.junit"),
    _check("check for GitHub", "a notice, with the waiver and its end", "formats.github"),
    _check("check for GitLab", "of severity info, with the waiver and its end", "formats.gitlab"),
    _check("check as Markdown", "a row of its own, with the waiver and its end", "formats.markdown"),
    _check("check that explains", "`--explain` says that it is waived", "explaining"),
    WaiverSurface(
        "finding",
        "the finding is waived, in CLI, API and portal",
        ("cli.findings", "web.templates._lists", "web.templates.finding", "web.templates.findings"),
    ),
    WaiverSurface("finding after a new look", "the same, after the cloud was looked at again", ("findings.service",)),
    WaiverSurface(
        "threat after a new look",
        "what its failing control would leave open is accepted until the waiver's end, in CLI, API and portal",
        ("threatmodels.standing", "workflows.judge_threats"),
    ),
    WaiverSurface(
        "count of open findings",
        "it is not counted, on pages and in reports",
        ("reports.service_page", "reports.control_page", "cli.services"),
    ),
    WaiverSurface(
        "live verdicts",
        "the verdict on the page of the environment says that it is waived",
        ("web.handlers.environments", "web.templates.environment", "reports.environment_page"),
    ),
    WaiverSurface(
        "replay of another level",
        "the resource is not among those that the level would stop, or let go",
        ("policy.replaying", "reports.replay", "reports.waiver_replay", "web.templates.waiver_replay"),
    ),
    WaiverSurface(
        "replay of a golden path",
        "the resource is not among those that the edited path would stop",
        ("workflows.replay_golden_path",),
    ),
    WaiverSurface(
        "requirement of a framework",
        "it stands as waived, and not as unmet, on the pages of frameworks and in exported evidence",
        ("reports.compliance",),
    ),
    WaiverSurface(
        "count of waivers in force",
        "the waiver is counted, on the page of the control",
        ("reports.control_page",),
    ),
    WaiverSurface(
        "the waiver itself",
        "it is active, in CLI and portal",
        (
            "cli.waivers",
            "web.rendering",
            "web.templates.change",
            "web.templates.waiver",
            "web.templates._waivers",
            "web.templates.waiver_replay",
        ),
    ),
)
