"""Facts have three values, and the graph is only as telling as what was read."""

import hashlib
import json
import re
import subprocess
import sys
from importlib import import_module
from itertools import product
from pathlib import Path

import pytest
from msgspec import structs

from pavior.kernel.verdicts import UnknownReason
from pavior.resources import views
from pavior.resources.defaults import DEFAULTS_VERSION, all_defaults, get_default
from pavior.resources.model import GraphFormat, Resource, ResourceGraph, Sensitive, Skipped, Unknown, Value
from pavior.resources.views import MODULES, VIEWS, index_graph
from pavior.resources.views.facts import Fact, Source, Truth, all_of, any_of, leaf, negated
from pavior.resources.views.index import GraphIndex, Link, is_meant

LATER = Unknown(UnknownReason.KNOWN_AFTER_APPLY)
NEVER = Unknown(UnknownReason.NOT_EVALUATED, "var.x has no value")
LINK = Link("aws_s3_bucket_versioning", "bucket", ("aws_s3_bucket",), ("bucket", "id"))


def an_index(*resources: Resource, complete: bool = True, skipped: tuple[Skipped, ...] = ()) -> GraphIndex:
    return index_graph(ResourceGraph(GraphFormat.TERRAFORM_SOURCE, resources, skipped, complete))


def a_bucket(address: str = "aws_s3_bucket.files", bucket: Value = "files") -> Resource:
    return Resource(address, "aws_s3_bucket", {"bucket": bucket})


def a_setting(bucket: Value = LATER, *mentions: str, address: str = "aws_s3_bucket_versioning.files") -> Resource:
    references = {"bucket": mentions} if mentions else {}
    return Resource(address, "aws_s3_bucket_versioning", {"bucket": bucket}, references=references)


def attached(index: GraphIndex, owner: Resource) -> tuple[str, ...]:
    return tuple(item.address for item in index.attached(owner, LINK).satellites)


def test_a_leaf_is_found_by_its_path() -> None:
    values: dict[str, Value] = {"rule": [{"status": "on"}, LATER], "later": LATER, "secret": Sensitive("f"), "no": None}

    assert leaf(values, "rule.0.status") == "on"
    assert leaf(values, "rule.0.other") is None
    assert leaf(values, "rule.1.status") is LATER
    assert leaf(values, "rule.2.status") is None
    assert leaf(values, "later.deep.er") is LATER
    assert leaf(values, "secret.deep") == Sensitive("f")
    assert leaf(values, "no.deep") is None
    assert leaf(values, "rule.0.status.deep") is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (True, True),
        (False, False),
        ("true", True),
        ("False", False),
        ("1", True),
        ("0", False),
        ("yes", None),
        (1, None),
    ],
)
def test_a_yes_or_no_may_be_written_as_text(written: Value, read: object) -> None:
    fact = Source(Resource("aws_kms_key.a", "aws_kms_key", {"enable_key_rotation": written})).truth(
        "enable_key_rotation"
    )

    assert isinstance(fact.value, Unknown) if read is None else fact.value is read


@pytest.mark.parametrize(
    ("written", "read"),
    [(365, 365), ("365", 365), (365.0, 365), ("-1", -1), (3.5, None), ("a year", None), (True, None), ("", 0)],
)
def test_a_number_may_be_written_as_text(written: Value, read: int | None) -> None:
    values: dict[str, Value] = {"retention_in_days": written}
    fact = Source(Resource("a.b", "aws_cloudwatch_log_group", values)).number("retention_in_days")

    assert isinstance(fact.value, Unknown) if read is None else fact.value == read


def test_what_is_absent_is_the_documented_default() -> None:
    assert Source(Resource("a.b", "aws_kms_key", {})).truth("enable_key_rotation").value is False
    assert Source(Resource("a.b", "aws_kms_key", {"enable_key_rotation": None})).truth("enable_key_rotation").value is (
        False
    )


def test_what_is_absent_without_a_documented_default_is_unknown() -> None:
    value = Source(Resource("a.b", "aws_kms_key", {})).truth("no_such_switch").value

    assert isinstance(value, Unknown)
    assert value.reason is UnknownReason.NOT_EVALUATED


def test_a_value_of_a_wrong_kind_is_not_repeated() -> None:
    value = Source(Resource("a.b", "aws_kms_key", {"enable_key_rotation": "hunter2"})).truth("enable_key_rotation")

    assert isinstance(value.value, Unknown)
    assert "hunter2" not in value.value.detail


def test_references_are_found_with_and_without_indexes() -> None:
    references = {"rule.0.key": ("aws_kms_key.a",), "rule[0].key.arn": ("aws_kms_key.b",), "ruler": ("aws_kms_key.c",)}
    source = Source(Resource("a.b", "a", {}, references=references))

    assert source.references("rule.0.key") == ("aws_kms_key.a", "aws_kms_key.b")
    assert source.references("rule") == ("aws_kms_key.a", "aws_kms_key.b")
    assert source.references("key") == ()


@pytest.mark.parametrize(("first", "second"), list(product([True, False, LATER, NEVER], repeat=2)))
def test_and_and_or_mirror_each_other(first: Truth, second: Truth) -> None:
    assert negated(all_of((first, second))) == any_of((negated(first), negated(second)))
    assert (all_of((first, second)) is True) is (first is True and second is True)
    assert (all_of((first, second)) is False) is (first is False or second is False)


def test_nothing_is_true_of_all_and_false_of_any() -> None:
    assert all_of(()) is True
    assert any_of(()) is False


@pytest.mark.parametrize("truths", [(LATER, NEVER), (NEVER, LATER), (True, LATER, NEVER)])
def test_what_was_not_evaluated_outweighs_what_the_apply_will_tell(truths: tuple[Truth, ...]) -> None:
    assert all_of(truths) is NEVER


def test_a_satellite_belongs_to_the_bucket_that_its_expression_mentions() -> None:
    files, other = a_bucket(), a_bucket("aws_s3_bucket.other", "other")
    index = an_index(files, other, a_setting(LATER, "aws_s3_bucket.files"))

    assert attached(index, files) == ("aws_s3_bucket_versioning.files",)
    assert attached(index, other) == ()


def test_a_satellite_belongs_to_the_bucket_of_that_name() -> None:
    files = a_bucket()

    assert attached(an_index(files, a_setting("files")), files) == ("aws_s3_bucket_versioning.files",)


def test_a_known_name_outweighs_what_is_mentioned() -> None:
    """`"${aws_s3_bucket.files.bucket}-logs"` mentions one bucket and means another."""
    files, logs = a_bucket(), a_bucket("aws_s3_bucket.logs", "files-logs")
    index = an_index(files, logs, a_setting("files-logs", "aws_s3_bucket.files"))

    assert attached(index, files) == ()
    assert attached(index, logs) == ("aws_s3_bucket_versioning.files",)


def test_of_two_buckets_with_one_name_the_mentioned_one_is_meant() -> None:
    one, two = a_bucket(), a_bucket("aws_s3_bucket.twin")
    index = an_index(one, two, a_setting("files", "aws_s3_bucket.twin"))

    assert attached(index, one) == ()
    assert attached(index, two) == ("aws_s3_bucket_versioning.files",)


def test_a_known_name_may_mean_a_bucket_whose_name_is_not_known() -> None:
    files = a_bucket(bucket=LATER)

    assert attached(an_index(files, a_setting("files", "aws_s3_bucket.files")), files)


def test_each_instance_has_its_own_satellite() -> None:
    one, two = (a_bucket(f'aws_s3_bucket.files["{name}"]', LATER) for name in ("one", "two"))
    settings = [
        a_setting(LATER, "aws_s3_bucket.files", address=f'aws_s3_bucket_versioning.files["{name}"]')
        for name in ("one", "two")
    ]
    index = an_index(one, two, *settings)

    assert attached(index, one) == ('aws_s3_bucket_versioning.files["one"]',)
    assert attached(index, two) == ('aws_s3_bucket_versioning.files["two"]',)


@pytest.mark.parametrize(
    ("value", "mentions"),
    [
        (NEVER, ("aws_s3_bucket.files", "aws_s3_bucket.other")),
        (LATER, ("aws_s3_bucket.files", "aws_s3_bucket.other")),
        (NEVER, ("aws_s3_bucket.files",)),
        (Unknown(UnknownReason.KNOWN_AFTER_APPLY, "part of a text: aws_s3_bucket.files.id"), ("aws_s3_bucket.files",)),
    ],
)
def test_a_satellite_that_may_choose_between_buckets_is_of_none_for_sure(
    value: Value, mentions: tuple[str, ...]
) -> None:
    files, other = a_bucket(), a_bucket("aws_s3_bucket.other", "other")
    index = an_index(files, other, a_setting(value, *mentions))

    for bucket in (files, other):
        assert attached(index, bucket) == ()
        assert index.attached(bucket, LINK).loose is not None


def test_a_satellite_is_of_the_bucket_that_its_value_waits_for() -> None:
    files, other = a_bucket(), a_bucket("aws_s3_bucket.other", "other")
    waits = Unknown(UnknownReason.KNOWN_AFTER_APPLY, "aws_s3_bucket.files.id")
    index = an_index(files, other, a_setting(waits, "aws_s3_bucket.files", "aws_s3_bucket.other"))

    assert attached(index, files) == ("aws_s3_bucket_versioning.files",)
    assert attached(index, other) == ()


def test_a_satellite_whose_bucket_cannot_be_told_may_be_of_any() -> None:
    files = a_bucket()
    index = an_index(files, a_setting(NEVER))

    found = index.decide(index.attached(files, LINK), Fact(value=False))

    assert isinstance(found, Fact)
    assert isinstance(found.value, Unknown)
    assert "aws_s3_bucket_versioning.files may set it" in found.value.detail


def test_whose_a_satellite_is_may_become_known_with_the_apply() -> None:
    files = a_bucket()
    index = an_index(files, a_setting(LATER))

    found = index.decide(index.attached(files, LINK), Fact(value=True))

    assert isinstance(found, Fact)
    assert isinstance(found.value, Unknown)
    assert found.value.reason is UnknownReason.KNOWN_AFTER_APPLY


def test_a_satellite_of_a_bucket_elsewhere_is_of_none() -> None:
    files = a_bucket()
    for setting in (a_setting("else"), a_setting(LATER, "data.aws_s3_bucket.else")):
        index = an_index(files, setting)

        assert index.decide(index.attached(files, LINK), Fact(value=False)) == Fact(value=False)


def test_absence_proves_nothing_when_not_everything_was_read() -> None:
    files = a_bucket()
    index = an_index(files, complete=False, skipped=(Skipped("modules/more", "no such folder"),))

    found = index.decide(index.attached(files, LINK), Fact(value=False))

    assert isinstance(found, Fact)
    assert isinstance(found.value, Unknown)
    assert found.value.reason is UnknownReason.NOT_EVALUATED
    assert "modules/more" in found.value.detail


def test_a_satellite_that_was_read_decides_even_when_not_everything_was() -> None:
    files, setting = a_bucket(), a_setting("files")
    index = an_index(files, setting, complete=False)

    assert index.decide(index.attached(files, LINK), Fact(value=False)) == Source(setting, setting.address)


def test_two_satellites_that_say_the_same_thing_decide_nothing() -> None:
    files = a_bucket()
    index = an_index(files, a_setting("files"), a_setting("files", address="aws_s3_bucket_versioning.again"))

    found = index.decide(index.attached(files, LINK), Fact(value=True))

    assert isinstance(found, Fact)
    assert isinstance(found.value, Unknown)
    assert "both set it" in found.value.detail


def test_the_table_of_modules_says_which_views_each_holds() -> None:
    held = {
        module: tuple(view.name for view in import_module(f"pavior.resources.views.{module}").VIEW_TYPES)
        for module in MODULES
    }

    assert held == dict(MODULES)
    assert len(VIEWS) == sum(map(len, held.values()))


def test_every_module_with_views_is_in_the_table() -> None:
    folder = Path(str(views.__path__[0]))
    written = {path.stem for path in folder.glob("*.py") if "VIEW_TYPES: Final" in path.read_text(encoding="utf-8")}

    assert written == set(MODULES)


def test_a_view_that_nobody_asks_for_is_not_loaded() -> None:
    program = (
        "import sys; from pavior.resources.views import VIEWS; assert 'Database' in VIEWS; VIEWS['BackupStore'];"
        "print(*(name for name in sys.modules if name.startswith('pavior.resources.views.')))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()

    assert "pavior.resources.views.backups" in loaded
    assert "pavior.resources.views.database" not in loaded


def test_data_sources_are_no_subjects() -> None:
    data = structs.replace(a_bucket("data.aws_s3_bucket.files"), mode="data")
    index = an_index(data)

    assert all(list(view.select(index)) == [] for view in VIEWS.values())
    assert index.find("data.aws_s3_bucket.files") is data


def test_every_default_names_the_page_that_documents_it() -> None:
    rows = all_defaults()
    assert {row.type.partition("_")[0] for row in rows.values()} >= {"aws", "azurerm", "google"}
    for key, row in rows.items():
        assert key == (row.type, row.attribute)
        assert row.source.startswith(
            (
                "https://cloud.google.com/",
                "https://docs.aws.amazon.com/",
                "https://kubernetes.io/docs/",
                "https://learn.microsoft.com/azure/",
                "https://registry.terraform.io/providers/",
            )
        )
        assert re.fullmatch(r"(20\d\d-[01]\d)?", row.since)


def test_the_version_of_the_defaults_says_what_they_are() -> None:
    rows = sorted((row.type, row.attribute, repr(row.value), row.since) for row in all_defaults().values())

    digest = hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:12]

    # When a row changes, raise the version, and write the new digest beside it.
    assert (DEFAULTS_VERSION, digest) == ("2026-11", "f665db85e974")


def test_a_default_that_the_table_lacks_is_a_bug() -> None:
    with pytest.raises(KeyError):
        get_default("aws_s3_bucket", "colour")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (LATER, True),
        (Unknown(UnknownReason.KNOWN_AFTER_APPLY, "part of a text: aws_s3_bucket.files.id"), False),
        (NEVER, False),
        ("files", True),
        ("projects/orders/files", True),
        ("others", False),
        (None, False),
    ],
)
def test_what_an_expression_mentions_is_meant_only_where_its_value_can_be_the_one_of_it(
    value: Value, expected: Truth
) -> None:
    assert is_meant(value, a_bucket()) is expected


def test_no_view_is_had_from_a_type_that_it_does_not_name() -> None:
    """A control is not even loaded where none of the types of its view occurs."""
    types = sorted({name for view in VIEWS.values() for name in view.selection.types})
    index = an_index(
        *(Resource(f"{name}.a", name, {}) for name in types),
        *(Resource(f"data.{name}.a", name, {}, mode="data") for name in types),
    )

    strange = {
        (view.name, resource.type)
        for view in VIEWS.values()
        if view.selection.types
        for resource in view.select(index)
        if resource.type not in view.selection.types
    }

    assert strange == set()
