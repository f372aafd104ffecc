from dataclasses import replace

from pavior.threatmodels.linting import find_remarks
from pavior.threatmodels.model import Asset, DataClass, Element, ElementKind, ThreatModel

from .models import MODEL

LIBRARY = frozenset({"data-read-in-transit"})


def remarks(model: ThreatModel) -> list[str]:
    return [str(item) for item in find_remarks(model, renamed={"old-name": "new-name"}, library=LIBRARY)]


def test_a_threat_without_a_place_is_told() -> None:
    assert remarks(MODEL) == [
        "line 63: threats key-lost: it names no place, so what its controls say of anything counts."
    ]


def test_a_threat_that_nobody_sees_stopped_is_told() -> None:
    words, nothing = (replace(MODEL.threats[0], id=name, controls=(), tests=()) for name in ("words", "nothing"))
    nothing = replace(nothing, requirements=(), mitigations=(), line=51)

    assert remarks(replace(MODEL, threats=(words, nothing))) == [
        "line 50: threats words: neither a control nor a test is named, so nobody sees whether it is stopped.",
        "line 51: threats nothing: nothing is named that stops it, so it is open wherever this is deployed.",
    ]


def test_names_that_are_no_longer_those_are_told() -> None:
    threat = replace(MODEL.threats[0], controls=("old-name",), library="gone")

    assert remarks(replace(MODEL, threats=(threat,))) == [
        "line 50: threats files-read-on-the-way: the control old-name is called new-name now.",
        "line 50: threats files-read-on-the-way: the library has no threat gone.",
    ]


def test_what_hangs_together_with_nothing_is_told() -> None:
    lonely = Element("queue", "The queue", ElementKind.DATA_STORE, line=7)
    gold = Asset("gold", "Gold", DataClass.RESTRICTED, line=8)
    model = replace(MODEL, threats=MODEL.threats[:1], elements=(*MODEL.elements, lonely), assets=(*MODEL.assets, gold))

    assert remarks(model) == [
        "line 7: elements queue: no flow begins or ends there.",
        "line 8: assets gold: no element holds it.",
    ]
