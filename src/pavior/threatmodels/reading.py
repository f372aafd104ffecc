"""Reads `threatmodel.yaml`: against its schema first, then for what a schema cannot say."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from pavior.catalog.documents import Bounds, Path, YamlDocument
from pavior.catalog.schemas import load_schema, problems_of, read_one, say
from pavior.kernel.verdicts import Severity
from pavior.policy.model import Control
from pavior.threatmodels.model import (
    SECTIONS,
    Acceptance,
    Asset,
    Assumption,
    Boundary,
    BoundaryKind,
    DataClass,
    Dismissal,
    Element,
    ElementKind,
    Flow,
    SignOff,
    Threat,
    ThreatCategory,
    ThreatModel,
)
from pavior.threatmodels.upgrading import upgrade

THREAT_MODEL_FILE = "threatmodel.yaml"
# Ten thousand elements with as many flows have 4 MB and 230,000 values; they are read in about 3 s of CPU and 200 MB.
BOUNDS = Bounds(size_bytes=8 * 1024 * 1024, nodes=300_000)
_MOST_REMEMBERED_BYTES = 64 * 1024
_MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class ThreatModelReading:
    """What a threat model file holds.

    Args:
        model: None when there are problems.
        content: The file as it was written, as far as it is a mapping; one of the first version as if it were of the
            second.
        problems: One sentence each, with its line; empty when the file is valid.
        dropped: What of a file of the first version was not kept, the same way; None when it is of the second.
    """

    model: ThreatModel | None
    content: Mapping[str, Any] | None
    problems: tuple[str, ...]
    dropped: tuple[str, ...] | None = None


@cache
def threat_model_schema() -> Mapping[str, Any]:
    """JSON Schema (2020-12) of `threatmodel.yaml`."""
    return load_schema("pavior.threatmodels", "threatmodel.schema.json")


def control_names(controls: Iterable[Control]) -> frozenset[str]:
    """What a model may call them: a control that was renamed is still found under its former ids."""
    return frozenset(name for control in controls for name in (control.id, *control.formerly))


def check_threat_model(
    body: bytes, *, control_ids: frozenset[str], services: frozenset[str] = frozenset()
) -> ThreatModelReading:
    """Read a threat model of either version and say what is wrong with it. Never raises.

    Args:
        control_ids: All controls that there are, as `control_names` gives them; a threat may name only these.
        services: Names of which the model's must be one; empty when nobody knows.
    """
    check = _check_once if len(body) <= _MOST_REMEMBERED_BYTES else _check
    return check(body, control_ids, services)


def _check(body: bytes, control_ids: frozenset[str], services: frozenset[str]) -> ThreatModelReading:
    read = read_one(body, BOUNDS)
    if read.document is None:
        return ThreatModelReading(None, None, read.problems)
    upgraded = upgrade(read.document)
    document = read.document if upgraded is None else upgraded.document
    dropped = None if upgraded is None else say(upgraded.dropped)
    content = document.value if isinstance(document.value, dict) else None
    problems = problems_of(document, threat_model_schema())
    if content is None or problems:
        return ThreatModelReading(None, content, problems, dropped)
    problems = say(sorted(_problems(document, content, control_ids, services)))
    model = None if problems else _model(document, content)
    return ThreatModelReading(model, content, problems, dropped)


# The same few files are shown again and again, and to check one costs more than the rest of its page.
_check_once = lru_cache(maxsize=256)(_check)


def _problems(
    document: YamlDocument, content: Mapping[str, Any], control_ids: frozenset[str], services: frozenset[str]
) -> Iterator[tuple[int, str]]:
    if services and content["service"] not in services:
        names = ", ".join(sorted(services))
        yield document.line_of(("service",)), f"service: this is the model of {content['service']}, and not of {names}."
    known = {section: {item["id"] for item in content.get(section, ())} for section in SECTIONS}
    known["controls"] = set(control_ids)
    yield from _ids_given_twice(document, content, known["elements"])
    known["places"] = known["elements"] | known["flows"]
    for section, references in _REFERENCES.items():
        for index, item in enumerate(content.get(section, ())):
            for at, message in _unknown_references(item, references, known):
                yield document.line_of((section, index, *at)), f"{section} {item['id']}: {message}"
    yield from _circles(document, content)
    for index, threat in enumerate(content["threats"]):
        until = threat.get("accepted", {}).get("until")
        if until is not None and _date(until) is None:
            line = document.line_of(("threats", index, "accepted", "until"))
            yield line, f"threats {threat['id']}: there is no day {until}."
    if "sign_off" in content and _instant(content["sign_off"]["at"]) is None:
        yield document.line_of(("sign_off", "at")), f"sign_off: there is no instant {content['sign_off']['at']}."


def _ids_given_twice(
    document: YamlDocument, content: Mapping[str, Any], elements: set[str]
) -> Iterator[tuple[int, str]]:
    for section in SECTIONS:
        met: set[str] = set()
        for index, item in enumerate(content.get(section, ())):
            if item["id"] in met:
                yield document.line_of((section, index)), f"{section} has the id {item['id']} twice."
            met.add(item["id"])
            if section == "flows" and item["id"] in elements:
                message = f"flows {item['id']}: an element has this id too, so that a place of it would mean both."
                yield document.line_of((section, index)), message


# Section to its fields that name something, and in which section that must be.
_REFERENCES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "boundaries": {"within": ("boundaries", "boundary")},
    "elements": {"boundary": ("boundaries", "boundary"), "assets": ("assets", "asset")},
    "flows": {"from": ("elements", "element"), "to": ("elements", "element"), "assets": ("assets", "asset")},
    "threats": {
        "places": ("places", "element or flow"),
        "assets": ("assets", "asset"),
        "controls": ("controls", "control"),
    },
}


def _unknown_references(
    item: Mapping[str, Any], references: Mapping[str, tuple[str, str]], known: Mapping[str, set[str]]
) -> Iterator[tuple[Path, str]]:
    for name, (section, word) in references.items():
        value = item.get(name, ())
        if isinstance(value, str):
            if value not in known[section]:
                yield (name,), f"there is no {word} {value}."
            continue
        for position, one in enumerate(value):
            if one not in known[section]:
                yield (name, position), f"there is no {word} {one}."


def _circles(document: YamlDocument, content: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Boundaries that are within themselves; each is told once."""
    around = {item["id"]: item.get("within", "") for item in content.get("boundaries", ())}
    settled: set[str] = set()
    for index, item in enumerate(content.get("boundaries", ())):
        path: list[str] = []
        at = item["id"]
        while at and at not in settled and at not in path:
            path.append(at)
            at = around.get(at, "")
        if at in path:
            circle = " within ".join(_shortened([*path[path.index(at) :], at]))
            yield document.line_of(("boundaries", index, "within")), f"boundaries {at}: it is within itself: {circle}."
        settled.update(path)


def _shortened(names: list[str]) -> list[str]:
    return names if len(names) <= _MOST_NAMES else [*names[: _MOST_NAMES - 2], "...", names[-1]]


def _model(document: YamlDocument, content: Mapping[str, Any]) -> ThreatModel:
    def items(section: str) -> Iterator[tuple[Mapping[str, Any], int]]:
        for index, item in enumerate(content.get(section, ())):
            yield item, document.line_of((section, index))

    return ThreatModel(
        service=content["service"],
        scope=content["scope"],
        assets=tuple(
            Asset(item["id"], item["title"], DataClass(item["data_class"]), line) for item, line in items("assets")
        ),
        boundaries=tuple(
            Boundary(
                id=item["id"],
                title=item["title"],
                kind=BoundaryKind(item.get("kind", "other")),
                within=item.get("within", ""),
                inferred=item.get("inferred", False),
                line=line,
            )
            for item, line in items("boundaries")
        ),
        elements=tuple(_element(item, line) for item, line in items("elements")),
        flows=tuple(_flow(item, line) for item, line in items("flows")),
        assumptions=tuple(Assumption(item["id"], item["text"], line) for item, line in items("assumptions")),
        threats=tuple(_threat(item, line) for item, line in items("threats")),
        dismissed=tuple(Dismissal(item["id"], item["reason"], line) for item, line in items("dismissed")),
        sign_off=_sign_off(content.get("sign_off")),
    )


def _element(item: Mapping[str, Any], line: int) -> Element:
    return Element(
        id=item["id"],
        title=item["title"],
        kind=ElementKind(item["kind"]),
        technology=item.get("technology", ""),
        resources=tuple(item.get("resources", ())),
        boundary=item.get("boundary", ""),
        assets=tuple(item.get("assets", ())),
        is_public=item.get("public"),
        inferred=item.get("inferred", False),
        line=line,
    )


def _flow(item: Mapping[str, Any], line: int) -> Flow:
    return Flow(
        id=item["id"],
        source=item["from"],
        target=item["to"],
        title=item.get("title", ""),
        protocol=item.get("protocol", ""),
        assets=tuple(item.get("assets", ())),
        is_encrypted=item.get("encrypted"),
        is_authenticated=item.get("authenticated"),
        because=item.get("because", ""),
        inferred=item.get("inferred", False),
        line=line,
    )


def _threat(item: Mapping[str, Any], line: int) -> Threat:
    accepted = item.get("accepted")
    until = None if accepted is None else _date(accepted["until"])
    return Threat(
        id=item["id"],
        title=item["title"],
        category=ThreatCategory(item["category"]),
        severity=Severity(item["severity"]),
        description=item.get("description", "").strip(),
        library=item.get("library", ""),
        places=tuple(item.get("places", ())),
        assets=tuple(item.get("assets", ())),
        controls=tuple(item.get("controls", ())),
        requirements=tuple(item.get("requirements", ())),
        tests=tuple(item.get("tests", ())),
        mitigations=tuple(item.get("mitigations", ())),
        accepted=None if accepted is None or until is None else Acceptance(accepted["reason"], until),
        inferred=item.get("inferred", False),
        line=line,
    )


def _sign_off(item: Mapping[str, Any] | None) -> SignOff | None:
    at = None if item is None else _instant(item["at"])
    return None if item is None or at is None else SignOff(item["digest"], item["by"], at)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
