"""The threat library is data with a closed vocabulary: what cannot be used is refused by name, nothing is evaluated."""

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from pavior.content import THREATS_FOLDER, load_controls
from pavior.content.framework_loading import load_frameworks
from pavior.content.packs import Pack
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Severity
from pavior.threatmodels.library import _Reader, load_library
from pavior.threatmodels.library_model import ElementCondition, FlowCondition, Known, LibraryThreat, ThreatSource
from pavior.threatmodels.model import BoundaryKind, DataClass, ElementKind, ThreatCategory

CONTROLS = load_controls()
LIBRARY = load_library(CONTROLS)

PUBLICATIONS = """
[asvs]
title = "The standard"
edition = "5.0.0"
address = "https://example.org/asvs"
ids = ["8.2.1"]

[attack]
title = "Techniques"
edition = "18"
address = "https://example.org/{path}/{number}"
ids = ["T1552.005", "CWE-311"]
"""
THREAT = """
id = "doors-open"
title = "Somebody walks in"
category = "spoofing"
likelihood = 3
impact = 4
description = \"\"\"
Doors that are open
let people in.
\"\"\"
controls = ["messages-encrypted"]
requirements = ["asvs:8.2.1"]
test = "The door does not open."
boundaries = ["account"]

[[elements]]
kinds = ["data-store"]
views = ["Key"]
types = ["aws_sqs_*"]
resources = ["*.front*"]
public = ["yes", "unknown"]
holds = "confidential"

[[flows]]
crosses = ["internet"]
encrypted = ["no"]
authenticated = ["unknown"]
carries = "restricted"
from = { kinds = ["external-entity"] }
to = { types = ["aws_lb"] }

[sources]
attack = ["T1552.005", "CWE-311"]
"""


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """One threat of its own, and the publications that it names."""
    folder = tmp_path / "threats"
    (folder / "doors_open").mkdir(parents=True)
    (folder / "doors_open" / "threat.toml").write_text(THREAT, encoding="utf-8")
    (folder / "publications.toml").write_text(PUBLICATIONS, encoding="utf-8")
    return Pack("doors", "1.0.0", tmp_path, ())


def _own(pack: Pack) -> list[LibraryThreat]:
    """The threats that only the pack has."""
    return [item for item in load_library(CONTROLS, [pack]) if item not in LIBRARY]


def test_a_file_says_everything_about_a_threat(pack: Pack) -> None:
    (threat,) = _own(pack)

    assert threat == LibraryThreat(
        id="doors-open",
        title="Somebody walks in",
        category=ThreatCategory.SPOOFING,
        description="Doors that are open let people in.",
        likelihood=3,
        impact=4,
        elements=(
            ElementCondition(
                kinds=(ElementKind.DATA_STORE,),
                types=("aws_sqs_*", "aws_kms_key"),
                resources=("*.front*",),
                public=(Known.YES, Known.UNKNOWN),
                holds=DataClass.CONFIDENTIAL,
            ),
        ),
        flows=(
            FlowCondition(
                crosses=(BoundaryKind.INTERNET,),
                encrypted=(Known.NO,),
                authenticated=(Known.UNKNOWN,),
                carries=DataClass.RESTRICTED,
                source=ElementCondition(kinds=(ElementKind.EXTERNAL_ENTITY,)),
                target=ElementCondition(types=("aws_lb",)),
            ),
        ),
        boundaries=(BoundaryKind.ACCOUNT,),
        controls=("messages-encrypted",),
        asked_types={"messages-encrypted": threat.asked_types["messages-encrypted"]},
        requirements=("asvs:8.2.1",),
        test="The door does not open.",
        sources=(
            ThreatSource("Techniques", "18", "T1552.005", "https://example.org/T1552/005/T1552.005"),
            ThreatSource("Techniques", "18", "CWE-311", "https://example.org/CWE-311/311"),
        ),
    )
    assert {"aws_sqs_queue", "google_pubsub_topic"} < threat.asked_types["messages-encrypted"]


# What is written instead of what, and what is said of it.
WRONG = [
    ('controls = ["messages-encrypted"]', 'controls = ["doors-closed"]', "there is no control doors-closed."),
    ('requirements = ["asvs:8.2.1"]', 'requirements = ["asvs:8.2.9"]', "publications.toml knows no 8.2.9 of asvs."),
    ('requirements = ["asvs:8.2.1"]', 'requirements = ["8.2.1"]', "publications.toml knows no publication 8.2.1."),
    ('"T1552.005", "CWE-311"', '"T1"', "publications.toml knows no T1 of attack."),
    ('attack = ["T1552.005", "CWE-311"]', "", "sources must be a table that is not empty."),
    ('id = "doors-open"', 'id = "doors-shut"', "id is doors-shut, but the folder is called doors_open."),
    ('id = "doors-open"', 'id = "locks-open"', "id is locks-open, but the folder is called doors_open."),
    ('id = "doors-open"', 'id = "Doors"', "id must be lower-case words with hyphens."),
    ("likelihood = 3", "likelihood = 6", "likelihood must be a whole number from 1 to 5."),
    ("impact = 4", "impact = true", "impact must be a whole number from 1 to 5."),
    ('category = "spoofing"', 'category = "theft"', "category is theft, and must be one of spoofing, tampering"),
    ('kinds = ["data-store"]', 'kinds = ["door"]', "elements[1].kinds is door, and must be one of external-entity"),
    ('views = ["Key"]', 'views = ["Door"]', "elements[1].views: there is no view Door."),
    ('views = ["Key"]', 'views = ["Tagged"]', "elements[1].views: Tagged may be had from anything"),
    ('types = ["aws_sqs_*"]', 'types = ["aws_[a-z]"]', "elements[1]: aws_[a-z] is no type or address"),
    ('holds = "confidential"', 'technology = "aws"', 'elements[1].technology can only be "unknown"'),
    ('holds = "confidential"', 'holds = "secret"', "elements[1].holds is secret, and must be one of public"),
    ('holds = "confidential"', "when = \"element.kind == 'door'\"", "elements[1] has unknown fields: when."),
    ('crosses = ["internet"]', 'crosses = ["door"]', "flows[1].crosses is door, and must be one of internet"),
    ('encrypted = ["no"]', 'encrypted = ["perhaps"]', "flows[1].encrypted is perhaps, and must be one of yes, no"),
    ('to = { types = ["aws_lb"] }', 'to = { at = "x" }', "flows[1].to has unknown fields: at."),
    ('title = "Somebody walks in"', 'title = ""', "title must be a text of 1 to 120 characters."),
    ('title = "Somebody walks in"', "title = 1\nprice = 2", "the threat has unknown fields: price."),
    ('boundaries = ["account"]', "boundaries = []", "boundaries of the threat must name something, and each once."),
    ("impact = 4", "impact =", "it is not TOML"),
]


@pytest.mark.parametrize(("before", "after", "said"), WRONG, ids=[said for _, _, said in WRONG])
def test_what_cannot_be_used_is_refused_with_its_file(pack: Pack, before: str, after: str, said: str) -> None:
    assert before in THREAT
    file = pack.folder / "threats" / "doors_open" / "threat.toml"
    file.write_text(THREAT.replace(before, after), encoding="utf-8")

    with pytest.raises(InvalidError, match=re.escape(said)) as refused:
        load_library(CONTROLS, [pack])

    assert refused.value.code == "threat-invalid"
    assert str(file) in refused.value.summary


KNOWN = {"messages-encrypted": frozenset({"aws_sqs_queue"})}
STRANGE = (
    "1",
    "-1.5",
    "nan",
    "true",
    '""',
    '"x"',
    "[]",
    "[1]",
    "[[]]",
    '["x", "x"]',
    "{}",
    "{ a = 1 }",
    "[{ a = 1 }]",
    "1979-05-27",
)
FIELDS = (
    *("id", "title", "category", "description", "likelihood", "impact", "controls", "requirements", "test"),
    *("boundaries", "elements", "flows", "sources", "sources.attack"),
    *(f"elements.{name}" for name in ("kinds", "technology", "views", "types", "resources", "public", "holds")),
    *(f"flows.{name}" for name in ("crosses", "encrypted", "authenticated", "carries", "from", "to", "to.types")),
)


@pytest.mark.parametrize("field", FIELDS)
def test_whatever_stands_in_a_field_is_read_or_refused(pack: Pack, field: str) -> None:
    reader = _Reader(pack.folder / "threats" / "doors_open" / "threat.toml", KNOWN, tomllib.loads(PUBLICATIONS))
    *way, last = field.split(".")
    refused = 0
    for value in STRANGE:
        table = tomllib.loads(THREAT)
        at: Any = table
        for name in way:
            at = at[name][0] if isinstance(at[name], list) else at[name]
        at[last] = tomllib.loads(f"x = {value}")["x"]
        try:
            reader.read(table)
        except InvalidError:
            refused += 1

    assert refused > 0


def test_a_threat_that_applies_to_nothing_is_refused(pack: Pack) -> None:
    kept = THREAT[: THREAT.index("boundaries")] + THREAT[THREAT.index("[sources]") :]
    (pack.folder / "threats" / "doors_open" / "threat.toml").write_text(kept, encoding="utf-8")

    with pytest.raises(InvalidError, match="it applies to nothing"):
        load_library(CONTROLS, [pack])


def test_a_folder_without_its_file_is_refused_and_so_is_a_library_without_threats(pack: Pack) -> None:
    (pack.folder / "threats" / "doors_open" / "threat.toml").unlink()
    with pytest.raises(InvalidError, match="it cannot be read"):
        load_library(CONTROLS, [pack])

    shutil.rmtree(pack.folder / "threats" / "doors_open")
    with pytest.raises(InvalidError, match="it holds no threat"):
        load_library(CONTROLS, [pack])


def test_a_threat_of_a_pack_begins_with_the_name_of_the_pack(pack: Pack) -> None:
    with pytest.raises(InvalidError, match="its id must begin with the name of the pack: acme-"):
        load_library(CONTROLS, [replace(pack, name="acme")])


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"https://example.org/{path}', '"javascript:alert(1)//{path}', "its address must begin with https://."),
        ('title = "Techniques"', "title = 1", "publications.toml attack title must be a text"),
        ('edition = "18"', "", "publications.toml attack edition must be a text"),
        ('ids = ["T1552.005", "CWE-311"]', 'ids = "T1552.005"', "ids of publications.toml attack must be a list"),
        ('edition = "18"', 'edition = "18"\nprice = 1', "publications.toml attack has unknown fields: price."),
    ],
)
def test_a_publication_that_cannot_be_used_is_refused(pack: Pack, before: str, after: str, said: str) -> None:
    assert before in PUBLICATIONS
    file = pack.folder / "threats" / "publications.toml"
    file.write_text(PUBLICATIONS.replace(before, after), encoding="utf-8")

    with pytest.raises(InvalidError, match=re.escape(said)):
        load_library(CONTROLS, [pack])


def test_an_address_is_text_and_nothing_in_it_is_evaluated(pack: Pack) -> None:
    file = pack.folder / "threats" / "publications.toml"
    file.write_text(PUBLICATIONS.replace("{path}/{number}", "{path.__class__}/{0}/{number}"), encoding="utf-8")

    (threat,) = _own(pack)

    assert threat.sources[1].address == "https://example.org/{path.__class__}/{0}/311"


def test_two_threats_of_one_id_are_refused(pack: Pack) -> None:
    with pytest.raises(InvalidError, match="a threat of a pack is called the same"):
        load_library(CONTROLS, [pack, pack])


def test_a_pack_may_have_no_threats_and_name_the_publications_that_come_with_pavior(pack: Pack) -> None:
    file = pack.folder / "threats" / "doors_open" / "threat.toml"
    ours = (
        THREAT.replace("asvs:8.2.1", "asvs-5.0.0:8.2.1").replace("attack = [", "cwe = [").replace('"T1552.005", ', "")
    )
    file.write_text(ours, encoding="utf-8")
    (pack.folder / "threats" / "publications.toml").unlink()

    assert [item.id for item in _own(pack)] == ["doors-open"]

    shutil.rmtree(pack.folder / "threats")
    assert _own(pack) == []


def test_there_are_many_threats_of_every_category() -> None:
    assert len(LIBRARY) >= 50
    assert {item.category for item in LIBRARY} == set(ThreatCategory)


def test_every_threat_is_stopped_by_a_control_and_names_a_requirement_and_a_source() -> None:
    for item in LIBRARY:
        assert item.controls, item.id
        assert any(name.startswith("asvs-5.0.0:") for name in item.requirements), item.id
        assert item.sources, item.id


def test_every_grave_control_stops_a_threat() -> None:
    stopping = {control for item in LIBRARY for control in item.controls}
    grave = {item.id for item in CONTROLS if item.severity.rank >= Severity.HIGH.rank}

    assert len(grave) > 50
    assert grave - stopping == set()


def test_every_control_of_a_threat_looks_at_something_that_the_threat_applies_to() -> None:
    """Else no model would ever name it. Where a threat is found by its flows or at addresses, any type may be there."""
    for item in LIBRARY:
        types = {type_ for condition in item.elements for type_ in condition.types}
        patterns = [re.compile(type_.replace("*", ".*")) for type_ in types]
        if item.flows or any(condition.resources for condition in item.elements) or not types:
            continue
        for control, asked in item.asked_types.items():
            assert not asked or any(pattern.fullmatch(one) for pattern in patterns for one in asked), (
                item.id,
                control,
            )


def test_what_is_listed_of_publications_is_what_threats_refer_to() -> None:
    text = (THREATS_FOLDER / "publications.toml").read_text(encoding="utf-8")
    listed = set(re.findall(r'"((?:T|CWE-|CICD-SEC-|[A-Z]{2}-)?\d[\d.()]*)"', text)) - {"5.0.0", "18.0", "4", "2022"}
    used = {source.name for item in LIBRARY for source in item.sources}
    used |= {name.partition(":")[2] for item in LIBRARY for name in item.requirements}

    assert len(listed) > 100
    assert listed == used


@pytest.mark.parametrize("key", ["cwe", "nist-800-53", "owasp-cicd-2022"])
def test_ids_that_a_framework_has_too_are_ids_of_that_framework(key: str) -> None:
    (framework,) = [item for item in load_frameworks() if item.id == key]
    known = {name for item in framework.requirements for name in (item.id, *item.also)}
    title = {"cwe": "Common Weakness", "nist-800-53": "NIST SP 800-53", "owasp-cicd-2022": "OWASP Top 10 CI/CD"}[key]
    used = {source.name for item in LIBRARY for source in item.sources if source.title.startswith(title)}

    assert used
    assert used <= known
