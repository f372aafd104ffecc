"""What a check by the signed document says of the bucket of a scene, in each of its forms."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from tests.cli.tools import tools_with

from pavior.cli.answer import Answer
from pavior.cli.checking.ending import Ending, ending_of
from pavior.cli.checking.explained import explained_to_people
from pavior.cli.checking.explaining import explain
from pavior.cli.checking.formats import rendered
from pavior.cli.checking.given_levels import LevelsRequest
from pavior.cli.checking.looking import check_path
from pavior.cli.checking.people import sentence_of, told_to_people
from pavior.cli.checking.report import CheckReport
from pavior.cli.checking.request import CheckRequest
from pavior.cli.launcher import CheckTools
from pavior.cli.printing import plain_answer
from pavior.kernel.clock import format_instant
from pavior.testing.memory_platform import BUCKET

if TYPE_CHECKING:
    from tests.conformance.scenes import Scene

CHANGE = "C-2"


def _request(scene: Scene, now: datetime) -> CheckRequest:
    return CheckRequest(scene.plan_file, levels=LevelsRequest(scene.document, scene.key, lambda: now))


def _tools(scene: Scene) -> CheckTools:
    return tools_with(
        load_controls=lambda: scene.stage.platform.controls,
        read_plan=lambda _: scene.stage.plan(CHANGE).reading.graph,
        mask=lambda _, value: value,
        mask_lines=lambda lines, _: lines,
    )


def _report(scene: Scene, now: datetime) -> CheckReport:
    return check_path(_request(scene, now), _tools(scene))


def _exit_status(scene: Scene, now: datetime) -> bool | None:
    return {Ending.CLEAN: True, Ending.BLOCKED: False, Ending.NOT_EVALUATED: None}[ending_of(_report(scene, now))]


def _form(
    render: Callable[[CheckReport], str], is_waived: Callable[[str], bool]
) -> Callable[[Scene, datetime], bool | None]:
    """Whether a form says that the bucket is waived, by which waiver and until when; None for unknown."""

    def ask(scene: Scene, now: datetime) -> bool | None:
        text = render(_report(scene, now))
        is_named = scene.waiver_id in text and format_instant(scene.end) in html.unescape(text)
        if "levels-expired" in text or "levels-from-future" in text:
            assert not is_named
            return None
        assert BUCKET in text
        found = is_waived(text)
        assert is_named or not found
        return found

    return ask


def _for_programs(name: str) -> Callable[[CheckReport], str]:
    return lambda report: rendered(name, report, int(ending_of(report)), sentence_of(report))


def _for_people(report: CheckReport) -> str:
    return plain_answer(Answer(report, tuple(told_to_people(report, lambda lines, _: lines))))


def _in_json(text: str) -> bool:
    document = json.loads(text)
    stopping, waived = len(document["denials"]), len(document["waived"])
    assert stopping + waived == 1
    assert document["counts"]["passed"] == 0
    return waived == 1


def _in_sarif(text: str) -> bool:
    (run,) = json.loads(text)["runs"]
    (result,) = run["results"]
    assert (result["level"] == "note") is bool(result["suppressions"])
    return bool(result["suppressions"])


def _in_junit(text: str) -> bool:
    (case,) = (item for item in ET.fromstring(text).iter("testcase") if item.get("name") == BUCKET)  # noqa: S314 - ours
    (said,) = case
    return said.tag == "skipped"


def _in_gitlab(text: str) -> bool:
    (entry,) = (item for item in json.loads(text) if BUCKET in item["description"])
    return bool(entry["severity"] == "info")


def _in_github(text: str) -> bool:
    (line,) = (line for line in text.splitlines() if f"::{BUCKET}: failed" in line)
    return line.startswith("::notice ")


def _explanation(scene: Scene, now: datetime) -> bool | None:
    (control,) = scene.stage.platform.controls
    explanation = explain(_request(scene, now), control.id, _tools(scene))
    if explanation.report.problems:
        return None
    text = plain_answer(Answer(explanation, tuple(explained_to_people(explanation))))
    return "failed, is waived" in text


PROBES: Mapping[str, Callable[[Scene, datetime], bool | None]] = {
    "exit status of a check": _exit_status,
    "check for people": _form(_for_people, lambda text: "WAIVED " in text),
    "check as JSON": _form(_for_programs("json"), _in_json),
    "check as SARIF": _form(_for_programs("sarif"), _in_sarif),
    "check as JUnit": _form(_for_programs("junit"), _in_junit),
    "check for GitHub": _form(_for_programs("github"), _in_github),
    "check for GitLab": _form(_for_programs("gitlab-codequality"), _in_gitlab),
    "check as Markdown": _form(_for_programs("markdown"), lambda text: "| waived |" in text),
    "check that explains": _explanation,
}
