"""The threat model of a service as its page and its paper show it."""

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.threatmodels.diagrams import a_shop

from pavior.identity.model import Actor, Surface
from pavior.kernel.errors import MissingError, UnavailableError
from pavior.kernel.verdicts import Severity
from pavior.reports.threat_paper import print_threat_page
from pavior.testing.builders import NOON, PUBLIC_ACCESS
from pavior.testing.company import somebody
from pavior.testing.threat_builders import a_standing, a_threat, a_threat_model, a_threat_page
from pavior.threatmodels import model_store, review_store, store
from pavior.threatmodels.digest import digest_of
from pavior.threatmodels.model import ThreatState
from pavior.threatmodels.review_model import ThreatSignOff
from pavior.threatmodels.standing_model import RecordedModel

if TYPE_CHECKING:
    from tests.reports.conftest import Company

MARA = somebody("mara")
NOBODY = Actor("nobody", frozenset(), frozenset(), Surface.PORTAL)


def test_the_model_of_main_is_shown_with_how_its_threats_stand(company: "Company") -> None:
    with company.database.transaction() as tx:
        store.write_standings(tx, "orders/dev", [a_standing(threat="public-bucket", state=ThreatState.OPEN)])

    page = company.pages.get_threat_page(MARA, "orders")

    assert page.commit == company.forge.head("orders")
    assert page.model is not None
    assert [(row.threat.id, row.state, row.places) for row in page.rows] == [
        ("public-bucket", ThreatState.OPEN, {"bucket": "Bucket"})
    ]
    assert page.counts[ThreatState.OPEN] == 1
    assert page.threats_at == {"bucket": ("public-bucket",)}


def test_a_threat_that_nobody_judged_is_not_evaluated(company: "Company") -> None:
    page = company.pages.get_threat_page(MARA, "orders")

    assert [row.state for row in page.rows] == [ThreatState.NOT_EVALUATED]


def test_a_service_without_a_model_has_an_empty_page_and_nothing_to_draw(company: "Company") -> None:
    finn = somebody("finn")

    page = company.pages.get_threat_page(finn, "ledger")

    assert (page.model, page.problems, page.rows) == (None, (), ())
    for act in (company.pages.draw_threats, company.pages.print_threats, company.pages.export_threats):
        with pytest.raises(MissingError, match="threat-model-missing"):
            act(finn, "ledger")


@pytest.mark.parametrize("name", ["orders", "none-such"])
def test_who_may_not_know_of_a_service_learns_nothing(name: str, company: "Company") -> None:
    with pytest.raises(MissingError, match=f"service-missing: There is no service {name}"):
        company.pages.get_threat_page(NOBODY, name)


def test_threats_stand_by_the_worst_environment_and_the_gravest_come_first() -> None:
    model = a_threat_model(
        a_threat(id="held", severity=Severity.CRITICAL),
        a_threat(id="open-low", severity=Severity.LOW),
        a_threat(id="unjudged", severity=Severity.HIGH),
        a_threat(id="open-high", severity=Severity.HIGH),
    )
    standings = (
        a_standing(threat="held"),
        a_standing(threat="open-low", state=ThreatState.OPEN),
        a_standing(threat="open-high", environment="orders/dev"),
        a_standing(threat="open-high", environment="orders/prod", state=ThreatState.OPEN),
        a_standing(threat="no-longer-there"),
    )

    page = a_threat_page(model, *standings)

    assert [(row.threat.id, row.state.value) for row in page.rows] == [
        ("open-high", "open"),
        ("open-low", "open"),
        ("unjudged", "not-evaluated"),
        ("held", "mitigated"),
    ]
    assert [item.threat for item in page.gone] == ["no-longer-there"]


def test_more_threats_than_anybody_reads_are_counted() -> None:
    page = a_threat_page(a_threat_model(*(a_threat(id=f"t{number}") for number in range(230))))

    assert (len(page.rows), page.left_out, page.counts[ThreatState.NOT_EVALUATED]) == (200, 30, 230)


# --- on paper ---

HOSTILE = (
    '#panic("no") #read("/etc/passwd") $x$ = [*b*] @ref <label> \\ "quoted" `raw` //comment /* \u202e\x1b[31m',
    "]" * 50,
    "x" * 100_000,
)


def test_a_paper_is_a_pdf_and_the_same_each_time() -> None:
    page = a_threat_page(a_shop(3))

    printed = print_threat_page(page, NOON)

    assert printed.startswith(b"%PDF-")
    assert print_threat_page(page, NOON) == printed


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "brackets", "endless"])
def test_what_a_model_says_is_never_markup(text: str) -> None:
    threat = a_threat(title=text, description=text, mitigations=(text,), tests=(text,))
    model = replace(a_threat_model(threat), scope=text)
    standing = a_standing(because=text)

    printed = print_threat_page(a_threat_page(model, standing), NOON)

    assert printed.startswith(b"%PDF-")
    assert len(printed) < 500_000


def test_where_nothing_makes_pdfs_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)

    with pytest.raises(UnavailableError, match="pdf-not-installed") as refused:
        print_threat_page(a_threat_page(), NOON)

    told = "Install it beside Pavior, with the pip of its environment: .venv/bin/pip install 'pavior[pdf]'."
    assert refused.value.fix == told


def test_the_controls_of_a_threat_that_nobody_judged_are_not_evaluated_on_paper() -> None:
    from pavior.reports.threat_paper import _words

    page = a_threat_page(a_threat_model(a_threat(id="unjudged")))
    assert page.model is not None

    (threat,) = _words(page, page.model, NOON)["threats"]

    assert threat["state"] == "not evaluated"
    assert threat["evidence"] == [("not evaluated", PUBLIC_ACCESS, "")]


# --- since it was signed off ---


def _sign_off(digest: str, *, is_agreed: bool = True) -> ThreatSignOff:
    return ThreatSignOff(0, "orders", "", digest, digest, is_agreed, "sam", NOON, "Read it all.")


def test_a_model_that_was_signed_off_as_it_is_has_nothing_to_show_as_changed(company: "Company") -> None:
    digest = company.pages.get_threat_page(MARA, "orders").digest
    with company.database.transaction() as tx:
        review_store.append_sign_off(tx, _sign_off(digest))
        # Somebody asked for changes later; that takes no sign-off away, and is none.
        review_store.append_sign_off(tx, _sign_off("another", is_agreed=False))

    page = company.pages.get_threat_page(MARA, "orders")

    assert page.is_signed_off
    assert (page.signed, page.since_told) == (None, "")


def test_where_changes_were_asked_for_since_it_is_not_signed_off(company: "Company") -> None:
    digest = company.pages.get_threat_page(MARA, "orders").digest
    with company.database.transaction() as tx:
        review_store.append_sign_off(tx, _sign_off(digest))
        review_store.append_sign_off(tx, _sign_off(digest, is_agreed=False))

    page = company.pages.get_threat_page(MARA, "orders")

    assert (page.sign_off, page.is_signed_off) == (None, False)


def test_what_changed_since_the_sign_off_is_told_and_drawn(company: "Company") -> None:
    earlier = a_threat_model(service="orders")
    recorded = RecordedModel("orders", "c1", digest_of(earlier), NOON, is_latest=False, model=earlier)
    with company.database.transaction() as tx:
        model_store.record_model(tx, recorded)
        review_store.append_sign_off(tx, _sign_off(recorded.digest))

    page = company.pages.get_threat_page(MARA, "orders")
    drawn = company.pages.draw_threats(MARA, "orders")

    assert not page.is_signed_off
    assert page.since_told
    assert "Bucket, data store, added, 1 threat" in drawn
    assert "Web process, process, removed" in drawn


def test_where_what_was_signed_off_is_not_known_nothing_is_compared(company: "Company") -> None:
    with company.database.transaction() as tx:
        review_store.append_sign_off(tx, _sign_off("f0" * 32))

    page = company.pages.get_threat_page(MARA, "orders")

    assert page.sign_off is not None
    assert (page.is_signed_off, page.signed, page.since_told) == (False, None, "")
