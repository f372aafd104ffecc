"""A threat model on paper, for the meeting: typst sets it, and gets all words as data, never as markup."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.resources import as_file, files
from typing import Any

from pavior.kernel.clock import tell_instant
from pavior.kernel.errors import UnavailableError
from pavior.reports.threat_page import ThreatPage, ThreatRow, draw_threat_page, no_model
from pavior.threatmodels.model import ThreatModel
from pavior.threatmodels.standing_model import Holding
from pavior.threatmodels.wording import plain

# What a meeting reads; the page has the rest.
_MOST_THREATS, _MOST_ITEMS = 60, 200
_LONGEST_TEXT = 600
_DIGEST_DIGITS = 16
_HOLDINGS = {
    Holding.FAILS: "does not hold",
    Holding.NOT_EVALUATED: "not evaluated",
    Holding.NO_SUBJECT: "nothing to look at",
    Holding.EXCUSED: "waived",
    Holding.HOLDS: "holds",
}


def print_threat_page(page: ThreatPage, now: datetime | None = None) -> bytes:
    """A PDF; the same page at the same instant gives the same bytes.

    Args:
        now: As of when it is; None for a model that is only a file.

    Raises:
        MissingError: `threat-model-missing` where no model can be read.
        UnavailableError: `pdf-not-installed`, `layout-too-long`.
    """
    if page.model is None:
        raise no_model(page.service)
    try:
        # 81 MB, and seldom asked for.
        import typst
    except ImportError as error:
        raise UnavailableError(
            "pdf-not-installed",
            "What makes PDFs is not installed.",
            fix="Install it beside Pavior, with the pip of its environment: .venv/bin/pip install 'pavior[pdf]'.",
        ) from error
    words = json.dumps(_words(page, page.model, now), ensure_ascii=True)
    with as_file(files("pavior.reports") / "threat_paper.typ") as template:
        return bytes(
            typst.compile(
                str(template),
                root=str(template.parent),
                format="pdf",
                ignore_system_fonts=True,
                sys_inputs={"model": words},
            )
        )


def _words(page: ThreatPage, model: ThreatModel, now: datetime | None) -> dict[str, Any]:
    picture = draw_threat_page(page, is_standalone=True)
    rows = page.rows[:_MOST_THREATS]
    left_out = len(page.rows) + page.left_out - len(rows)
    inferred = [
        *(f"boundary: {item.title}" for item in model.boundaries if item.inferred),
        *(f"element: {item.title}" for item in model.elements if item.inferred),
        *(f"flow: {page.titles[item.id]}" for item in model.flows if item.inferred),
        *(f"threat: {item.title}" for item in model.threats if item.inferred),
    ]
    return {
        "title": f"Threat model of {_text(page.title or page.service)}",
        "scope": _text(model.scope),
        "digest_short": page.digest[:_DIGEST_DIGITS],
        "facts": [(name, _text(value)) for name, value in _facts(page, now)],
        "counts": [(state.told, str(count)) for state, count in page.counts.items()],
        "told": _text(page.told),
        "picture": picture,
        "is_wide": _is_wide(picture),
        "threats": [_threat(row) for row in rows],
        "left_out": f"{left_out} more, less grave ones, stand on the page." if left_out else "",
        "sections": [
            ("Worth protecting", _items(f"{item.title} ({item.data_class})" for item in model.assets), "Nothing."),
            ("Taken for granted", _items(item.text for item in model.assumptions), "Nothing is written down."),
            ("Inferred, and confirmed by nobody yet", _items(inferred), "Nothing: people wrote or confirmed it all."),
        ],
    }


def _facts(page: ThreatPage, now: datetime | None) -> Iterator[tuple[str, str]]:
    yield "Service", f"{page.service}, owned by {page.team}" if page.team else page.service
    if page.commit:
        yield "Model", f"threatmodel.yaml of commit {page.commit}"
    yield "Digest", page.digest
    if now is None:
        yield "How threats stand", "not evaluated: this is the file alone"
        return
    if page.sign_off is None:
        yield "Signed off", "by nobody yet"
    else:
        since = "" if page.is_signed_off else "; it has changed since"
        yield "Signed off", f"by {page.sign_off.by}, {tell_instant(page.sign_off.at)}{since}"
    yield "As of", tell_instant(now)


def _threat(row: ThreatRow) -> dict[str, Any]:
    threat = row.threat
    lines = [("", threat.description)] if threat.description else []
    if row.places:
        lines.append(("at", ", ".join(row.places.values())))
    lines += [(f"{item.environment}: {item.state.told}.", item.because) for item in row.standings]
    if not row.standings:
        lines.append(("", "Not judged anywhere: nothing is deployed with it."))
    if threat.mitigations:
        lines.append(("in words, which nothing checks:", " ".join(threat.mitigations)))
    if threat.accepted:
        lines.append((f"the model accepts it before {threat.accepted.until}:", threat.accepted.reason))
    evidence = [(_HOLDINGS[item.holding], item.name, item.told) for one in row.standings for item in one.evidence]
    if not evidence:
        evidence = [("not evaluated", name, "") for name in (*threat.controls, *threat.tests, *threat.requirements)]
    inferred = ", inferred" if threat.inferred else ""
    return {
        "title": _text(threat.title),
        "state": row.state.told,
        "under": f"{threat.severity}, {threat.category.replace('-', ' ')}{inferred}",
        "lines": [(_text(name), _text(value)) for name, value in lines],
        "evidence": [tuple(map(_text, item)) for item in evidence[:_MOST_ITEMS]],
    }


def _items(texts: Iterable[str]) -> list[str]:
    found = list(texts)
    more = len(found) - _MOST_ITEMS
    return [*map(_text, found[:_MOST_ITEMS]), *([f"and {more} more"] if more > 0 else [])]


def _text(text: str) -> str:
    words = plain(text[: 4 * _LONGEST_TEXT])
    return words if len(words) <= _LONGEST_TEXT else f"{words[:_LONGEST_TEXT]}…"


def _is_wide(picture: str) -> bool:
    """From its first line, which we wrote."""
    width, height = (float(picture.split(f' {name}="', 1)[1].split('"', 1)[0]) for name in ("width", "height"))
    return width > height
