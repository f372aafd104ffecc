"""Ids under which others know what a control is about: each has the form of its publisher, and none is forgotten."""

import re

from tests.content.weaknesses import WITHOUT_WEAKNESS

from pavior.content import load_controls
from pavior.policy.model import Control

# The form of an id at its publisher.
FORMS = {
    "aws-fsbp": r"[A-Z][A-Za-z0-9]+\.[1-9][0-9]*",
    "cis-aws-3.0.0": r"[1-5]\.[1-9][0-9]?(\.[1-9])?",
    "cis-azure-2.0.0": r"([1-9]|10)\.[1-9][0-9]?(\.[1-9][0-9]?)?",
    "cis-gcp-2.0.0": r"[1-7]\.[1-9][0-9]?(\.[1-9])?",
    "cis-kubernetes-1.8": r"5\.[1-7]\.[1-9][0-9]?",
    "cwe": r"CWE-[1-9][0-9]{0,3}",
    "nist-800-53": r"[A-Z]{2}-[1-9][0-9]?(\([1-9][0-9]?\))?",
    "owasp-cicd-2022": r"CICD-SEC-([1-9]|10)",
    "owasp-top-10-2021": r"A(0[1-9]|10)",
    "pci-dss-4.0": r"([1-9]|1[0-2])\.[1-9][0-9]?\.[1-9][0-9]?",
    "soc2-2017": r"(CC[1-9]|A1|C1|PI1|P[1-8])\.[1-9]",
}


def _with(framework: str) -> set[str]:
    return {item.id for item in load_controls() if item.mappings.get(framework)}


def _names(control: Control) -> list[tuple[str, str]]:
    return [(framework, name) for framework, names in control.mappings.items() for name in names]


def test_every_id_has_the_form_of_its_publisher() -> None:
    named = [pair for control in load_controls() for pair in _names(control)]

    assert {framework for framework, _ in named} == FORMS.keys()
    assert [pair for pair in named if not re.fullmatch(FORMS[pair[0]], pair[1])] == []


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
