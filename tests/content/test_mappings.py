"""Ids under which others know what a control is about: few and right, and none is forgotten."""

from tests.content.weaknesses import WITHOUT_WEAKNESS

from pavior.content import load_controls
from pavior.policy.model import Control


def _with(framework: str) -> set[str]:
    return {item.id for item in load_controls() if item.mappings.get(framework)}


def _names(control: Control) -> list[tuple[str, str]]:
    return [(framework, name) for framework, names in control.mappings.items() for name in names]


def test_no_control_names_an_id_twice() -> None:
    assert [control.id for control in load_controls() if len(set(_names(control))) < len(_names(control))] == []


def test_every_control_names_a_weakness_or_it_is_said_why_none_fits() -> None:
    excused = [name for names in WITHOUT_WEAKNESS.values() for name in names]

    assert len(excused) == len(set(excused))
    assert set(excused) == {item.id for item in load_controls()} - _with("cwe")


def test_every_control_names_a_criterion_of_soc_2_and_a_control_of_nist() -> None:
    everything = {item.id for item in load_controls()}

    assert everything - _with("soc2-2017") == set()
    assert everything - _with("nist-800-53") == set()


def test_what_guards_against_one_risk_names_one_weakness() -> None:
    by_id = {item.id: item.mappings for item in load_controls()}

    assert by_id["database-encrypted-at-rest"]["cwe"] == ("CWE-311",)
    assert by_id["object-storage-no-public-access"]["cwe"] == ("CWE-668", "CWE-732")
    assert by_id["environment-without-secrets"]["cwe"] == ("CWE-526", "CWE-798")
    assert by_id["web-entry-tls-only"]["cwe"] == ("CWE-319",)
    assert by_id["identity-policy-no-wildcards"]["cwe"] == ("CWE-269",)
    assert by_id["workload-not-privileged"]["cwe"] == ("CWE-250",)
    assert by_id["container-image-by-digest"]["owasp-cicd-2022"] == ("CICD-SEC-9",)
