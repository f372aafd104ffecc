"""Frameworks as content: those that come with Pavior list what controls name; a wrong file is refused by name."""

from pathlib import Path

import pytest

from pavior.content import load_controls
from pavior.content.framework_loading import FRAMEWORKS_FOLDER, gather_frameworks, load_frameworks
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome
from pavior.policy.compliance import idle_types, unlisted_ids
from pavior.testing.builders import PUBLIC_ACCESS, a_control

OWN = f"""
id = "acme-baseline"
title = "Acme baseline"
version = "2"
source = "The intranet"
scope = "All rules."
is_whole = true

[[sections]]
title = "Data"
requirements = [
  {{ id = "A-1", title = "Nothing is public", controls = ["{PUBLIC_ACCESS}"] }},
  {{ id = "A-2", also = ["A-2(1)"] }},
]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "acme-baseline.toml").write_text(OWN, encoding="utf-8")
    return tmp_path


def test_every_framework_that_a_control_names_is_there_and_lists_what_it_names() -> None:
    controls, frameworks = load_controls(), load_frameworks()

    assert {name for item in controls for name in item.mappings} <= {item.id for item in frameworks}
    assert {item.id: unlisted_ids(item, controls) for item in frameworks} == {item.id: () for item in frameworks}


def test_the_lists_are_as_long_as_their_publishers_make_them() -> None:
    counts = {item.id: len(item.requirements) for item in load_frameworks() if item.is_whole}

    # Recommendations of the benchmarks; base controls of SP 800-53 Revision 5 without those that were withdrawn; 33
    # common criteria of SOC 2 and 3, 5, 2 and 18 of availability, processing, confidentiality and privacy.
    assert counts == {
        "cis-aws-3.0.0": 62,
        "cis-azure-2.0.0": 151,
        "cis-gcp-2.0.0": 84,
        "nist-800-53": 298,
        "owasp-cicd-2022": 10,
        "owasp-top-10-2021": 10,
        "soc2-2017": 61,
    }


def test_each_type_that_a_requirement_names_is_one_that_a_control_about_it_looks_at() -> None:
    controls, frameworks = load_controls(), load_frameworks()

    assert {item.id: idle_types(item, controls) for item in frameworks} == {item.id: () for item in frameworks}


@pytest.mark.parametrize(
    ("framework", "requirement", "counts", "counts_not"),
    [
        ("cis-aws-3.0.0", "2.3.1", "aws_db_instance.a", "aws_dynamodb_table.a"),
        ("cis-aws-3.0.0", "2.4.1", "aws_efs_file_system.a", "aws_fsx_windows_file_system.a"),
        ("cis-azure-2.0.0", "3.15", "azurerm_storage_account.a", "azurerm_linux_web_app.a"),
        ("cis-azure-2.0.0", "9.3", "azurerm_linux_web_app.a", "azurerm_storage_account.a"),
        ("cis-gcp-2.0.0", "7.3", "google_bigquery_dataset.a", "google_sql_database_instance.a"),
        ("cis-gcp-2.0.0", "5.1", "google_storage_bucket_iam_member.a", "google_kms_crypto_key_iam_member.a"),
        ("aws-fsbp", "DynamoDB.3", "aws_dax_cluster.a", "aws_dynamodb_table.a"),
        ("aws-fsbp", "ES.1", "aws_elasticsearch_domain.a", "aws_opensearch_domain.a"),
        ("aws-fsbp", "EC2.170", "aws_launch_template.a", "aws_instance.a"),
    ],
)
def test_a_requirement_about_one_kind_of_thing_counts_that_kind_alone(
    framework: str, requirement: str, counts: str, counts_not: str
) -> None:
    (found,) = (
        item
        for known in load_frameworks()
        if known.id == framework
        for item in known.requirements
        if item.id == requirement
    )

    assert found.counts(counts, Outcome.PASSED)
    assert not found.counts(counts_not, Outcome.FAILED)


def test_a_type_that_no_control_about_the_requirement_looks_at_is_refused(folder: Path) -> None:
    narrowed = OWN.replace(
        f'controls = ["{PUBLIC_ACCESS}"]', f'controls = ["{PUBLIC_ACCESS}"], types = ["aws_s3_bukket"]'
    )
    (folder / "acme-baseline.toml").write_text(narrowed, encoding="utf-8")
    (own,) = load_frameworks(folder)

    with pytest.raises(InvalidError, match="requirement A-1: no control about it looks at aws_s3_bukket"):
        gather_frameworks((), (own,), (a_control(types=("aws_s3_bucket",)),))
    # A control without types looks at all of them.
    assert gather_frameworks((), (own,), (a_control(types=()),)) == (own,)


def test_a_benchmark_of_one_cloud_is_about_that_cloud_alone() -> None:
    providers = {item.id: item.providers for item in load_frameworks() if item.providers}

    assert providers == {
        "aws-fsbp": ("aws",),
        "cis-aws-3.0.0": ("aws",),
        "cis-azure-2.0.0": ("azurerm",),
        "cis-gcp-2.0.0": ("google",),
    }


def test_each_says_where_its_ids_come_from_and_what_is_listed() -> None:
    assert sorted(path.stem for path in FRAMEWORKS_FOLDER.glob("*.toml")) == [item.id for item in load_frameworks()]
    assert all(item.source.startswith("https://") and item.scope.endswith(".") for item in load_frameworks())


def test_a_file_of_ones_own_becomes_a_framework(folder: Path) -> None:
    (own,) = load_frameworks(folder)

    assert (own.id, own.version, own.is_whole) == ("acme-baseline", "2", True)
    assert [(item.id, item.title, item.section) for item in own.requirements] == [
        ("A-1", "Nothing is public", "Data"),
        ("A-2", "", "Data"),
    ]
    assert (own.requirements[0].controls, own.requirements[1].also) == ((PUBLIC_ACCESS,), ("A-2(1)",))
    assert gather_frameworks((), (own,), (a_control(),)) == (own,)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("is_whole = true", "", "is_whole must be true or false"),
        ('version = "2"', "version = 2", "version must be a text"),
        ('version = "2"', 'version = "2"\nowner = "x"', "unknown fields: owner"),
        ('id = "acme-baseline"', 'id = "other"', "id is other, but the file is called acme-baseline.toml"),
        ('id = "acme-baseline"', 'id = "../x"', "id must be lower-case words"),
        ('id = "A-2"', 'id = "A-1"', "A-1 stands there twice"),
        ('also = ["A-2(1)"]', 'also = ["A-1"]', "A-1 stands there twice"),
        ('also = ["A-2(1)"]', "also = [3]", "also of requirement A-2 must be a list of texts"),
        ('also = ["A-2(1)"]', 'rule = "x"', "requirement A-2 has unknown fields: rule"),
        ('also = ["A-2(1)"]', "types = [1]", "types of requirement A-2 must be a list of texts"),
        ('id = "A-2"', 'id = "A 2/<b>"', "is no id of a requirement"),
        ('title = "Data"\n', "", "has exactly a title and requirements"),
        ("is_whole = true", "is_whole = true\nproviders = 1", "providers of the framework must be a list of texts"),
        ("[[sections]]", "[[chapters]]", "unknown fields: chapters"),
        ("[[sections]]", "sections = 1\n[[x]]", "unknown fields: x"),
        ("requirements = [", "requirements = [[", "is not TOML"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_name(folder: Path, old: str, new: str, why: str) -> None:
    assert old in OWN
    (folder / "acme-baseline.toml").write_text(OWN.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(InvalidError) as refused:
        load_frameworks(folder)

    assert refused.value.code == "framework-invalid"
    assert "acme-baseline.toml" in refused.value.summary
    assert why in refused.value.summary


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe\x00", "it is not UTF-8 text"),
        (OWN.encode("utf-16"), "it is not UTF-8 text"),
        (b"", "id must be a text"),
        (b"x = " + b"[" * 10_000, "it is nested too deeply"),
        (b"# " + b"a" * 1024 * 1024, "it has more than 1024 KiB"),
        (OWN.encode() + b"\n[sections]\n", "it is not TOML"),
    ],
)
def test_a_file_that_is_no_framework_at_all_is_refused_with_its_name(folder: Path, content: bytes, why: str) -> None:
    (folder / "acme-baseline.toml").write_bytes(content)

    with pytest.raises(InvalidError) as refused:
        load_frameworks(folder)

    assert refused.value.code == "framework-invalid"
    assert f"acme-baseline.toml cannot be used: {why}" in refused.value.summary


def test_what_cannot_be_read_as_a_file_is_refused(folder: Path) -> None:
    (folder / "acme-baseline.toml").unlink()
    (folder / "acme-baseline.toml").mkdir()

    with pytest.raises(InvalidError, match=r"acme-baseline\.toml cannot be used: it cannot be read, Is a directory"):
        load_frameworks(folder)


def test_a_folder_without_any_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match="holds no framework"):
        load_frameworks(tmp_path)


def test_a_control_that_there_is_not_and_an_id_that_is_taken_are_refused(folder: Path) -> None:
    (own,) = load_frameworks(folder)

    with pytest.raises(InvalidError, match=f"requirement A-1: there is no control {PUBLIC_ACCESS}"):
        gather_frameworks((), (own,), ())
    with pytest.raises(InvalidError, match="a framework acme-baseline comes with Pavior"):
        gather_frameworks((own,), (own,), (a_control(),))
