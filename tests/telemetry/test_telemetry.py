import io
import json
import logging
from collections.abc import Iterator

import pytest

from pavior.storage.masking import Masker
from pavior.telemetry.logs import logging_with, set_up_logging
from pavior.telemetry.meters import Answered, Meters


@pytest.fixture(autouse=True)
def kept_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_log_line_is_one_masked_document_with_its_context() -> None:
    stream = io.StringIO()
    set_up_logging(form="json", mask=Masker(["swordfish"]).mask, stream=stream)

    with logging_with(run="plan-1", actor="dana"), logging_with(step="swordfish"):
        logging.getLogger("pavior.test").warning("said %s\nand more", "swordfish")

    document = json.loads(stream.getvalue())
    assert document.pop("at").endswith("Z")
    assert document == {
        "run": "plan-1",
        "actor": "dana",
        "step": "***",
        "level": "warning",
        "logger": "pavior.test",
        "message": "said ***\nand more",
    }


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_trace_is_masked_too(form: str) -> None:
    stream = io.StringIO()
    set_up_logging(form=form, mask=Masker(["swordfish"]).mask, stream=stream)

    try:
        dict[str, str]()["swordfish"]
    except KeyError:
        logging.getLogger("pavior.test").exception("failed")

    assert "KeyError: '***'" in stream.getvalue()
    assert "swordfish" not in stream.getvalue()


def test_meters_count_what_they_are_told_apart_from_other_meters() -> None:
    told: list[Answered] = []
    meters, others = Meters(told.append), Meters()
    meters.count_request(Answered("api", "/changes/{id}", "GET", 200, 0.01))

    text = meters.expose().decode()

    assert 'pavior_requests_total{method="GET",route="/changes/{id}",status="200",surface="api"} 1.0' in text
    assert 'pavior_request_seconds_count{route="/changes/{id}",surface="api"} 1.0' in text
    assert "/changes/" not in others.expose().decode()
    assert [item.status for item in told] == [200]
