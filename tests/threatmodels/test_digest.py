import hashlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

import yaml

from pavior.threatmodels.digest import digest_of
from pavior.threatmodels.model import Asset, DataClass, Element, ElementKind, ThreatModel
from pavior.threatmodels.reading import check_threat_model

from .models import CONTROLS, MODEL, TEXT


def read(text: str) -> ThreatModel:
    model = check_threat_model(text.encode(), control_ids=CONTROLS).model
    assert model is not None
    return model


def test_a_digest_is_that_of_what_has_not_its_default() -> None:
    model = ThreatModel(
        "orders",
        "Ünd so.",
        assets=(Asset("files", "Files", DataClass.PUBLIC, line=3),),
        elements=(Element("bucket", "Bucket", ElementKind.DATA_STORE, is_public=False, assets=("files",)),),
    )
    words = (
        '{"assets":[{"data_class":"public","id":"files","title":"Files"}],'
        '"elements":[{"assets":["files"],"id":"bucket","is_public":false,"kind":"data-store","title":"Bucket"}],'
        '"scope":"\\u00dcnd so.","service":"orders"}'
    )

    assert digest_of(model) == hashlib.sha256(words.encode()).hexdigest()


def test_comments_layout_order_of_fields_and_a_sign_off_change_no_digest() -> None:
    turned = yaml.dump(yaml.safe_load(TEXT.replace("2027-01-31", "'2027-01-31'").partition("\nsign_off")[0]))

    assert turned != TEXT
    assert digest_of(read(turned)) == digest_of(read(f"# Ours.\n\n{TEXT}")) == digest_of(MODEL)


def changed(value: Any) -> Iterator[Any]:
    """The value with one thing in it different, in every way."""
    match value:
        case bool():
            yield not value
        case Enum():
            yield next(item for item in type(value) if item is not value)
        case str():
            yield value + "x"
        case tuple():
            yield value[1:] if value else ("x",)
            for index, item in enumerate(value):
                yield from ((*value[:index], other, *value[index + 1 :]) for other in changed(item))
        case None:
            yield True
        case _ if is_dataclass(value) and not isinstance(value, type):
            for field in fields(value):
                if field.name not in {"line", "sign_off", "accepted"}:
                    yield from (replace(value, **{field.name: other}) for other in changed(getattr(value, field.name)))


def test_everything_that_a_model_says_changes_its_digest() -> None:
    others = list(changed(MODEL))

    assert len(others) > 80
    assert len({digest_of(MODEL), *map(digest_of, others)}) == len(others) + 1
