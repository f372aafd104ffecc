import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pavior.catalog import documents
from pavior.catalog.documents import MAXIMUM_BYTES, MAXIMUM_DEPTH, read_documents


def codes(text: str) -> list[tuple[str, int]]:
    return [(problem.code, problem.line) for problem in read_documents(text.encode()).problems]


def value(text: str) -> object:
    (document,) = read_documents(text.encode()).documents
    return document.value


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("on", "on"),
        ("NO", "NO"),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-7", -7),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("12:30:45", "12:30:45"),
        ("2026-01-31", "2026-01-31"),
        ("1.2.3", "1.2.3"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("! 12", "12"),
        ("!!str 12", "12"),
        ("!!float 12", 12.0),
        ("!!int 12", 12),
    ],
)
def test_scalars_are_those_of_the_core_schema_of_yaml_1_2(written: str, meant: object) -> None:
    found = value(f"key: {written}\n")

    assert found == {"key": meant}
    assert isinstance(found, dict)
    assert type(found["key"]) is type(meant)


def test_every_value_knows_its_line() -> None:
    text = "# first\na: 1\nb:\n  - x\n  - c:\n      d: 2\n---\n\ne: [1,\n  2]\n"

    first, second = read_documents(text.encode()).documents

    assert [first.line_of(path) for path in [(), ("a",), ("b",), ("b", 0), ("b", 1), ("b", 1, "c", "d")]] == [
        2,
        2,
        4,
        4,
        5,
        6,
    ]
    assert first.line_of(("b", 1, "c", "gone", 3)) == 6
    assert (first.end_line, second.line, second.line_of(("e", 1))) == (6, 9, 10)


def test_a_document_that_is_wrong_does_not_hide_the_others() -> None:
    text = "a: 1\n---\nb: [1\n---\nc: 3\n---\nd: {\n"

    reading = read_documents(text.encode())

    assert [document.value for document in reading.documents] == [{"a": 1}, {"c": 3}]
    assert [document.line for document in reading.documents] == [1, 5]
    assert [problem.code for problem in reading.problems] == ["yaml-malformed", "yaml-malformed"]
    assert [4 <= problem.line <= 8 for problem in reading.problems] == [True, True]


@pytest.mark.parametrize("wrong", ["!tag a", "{a: ]}", "[1", "{a: 1, a: 2}", "&x [*x]"])
def test_a_document_that_is_wrong_in_the_line_of_its_marker_is_told_once(wrong: str) -> None:
    reading = read_documents(f"a: 1\n--- {wrong}\n---\nc: 3\n".encode())

    assert [document.value for document in reading.documents] == [{"a": 1}, {"c": 3}]
    assert len(reading.problems) == 1
    assert reading.problems[0].line in {2, 3}


def test_empty_documents_are_none() -> None:
    assert read_documents(b"").documents == ()
    assert read_documents(b"---\n---\n# nothing\n...\n").documents == ()
    assert read_documents(b"\xef\xbb\xbfa: 1\n").documents[0].value == {"a": 1}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "yaml-key-twice", 3),
        ("a: !!python/object/apply:os.system [id]\n", "yaml-tag-refused", 1),
        ("a:\n  b: !Ref thing\n", "yaml-tag-refused", 2),
        ("a: !!binary aGk=\n", "yaml-tag-refused", 1),
        ("a: !!set {b}\n", "yaml-tag-refused", 1),
        ("a: !!int twelve\n", "yaml-tag-refused", 1),
        ("a: &x\n  b: *x\n", "yaml-alias-refused", 2),
        ("a: *nothing\n", "yaml-alias-refused", 1),
        ("? [a, b]\n: c\n", "yaml-key-not-text", 1),
        ("name: {{ name }}\n", "yaml-key-not-text", 1),
        ("a: &k b\n*k : c\n", "yaml-key-not-text", 2),
        ("a: .inf\n", "yaml-number-refused", 1),
        ("a: 1e999\n", "yaml-number-refused", 1),
        ("a: " + "9" * 5000 + "\n", "yaml-number-refused", 1),
        ('a: "\\0"\n', "yaml-not-text", 1),
        ('a: "\\ud800"\n', "yaml-malformed", 1),
        ("a: 1\n\tb: 2\n", "yaml-malformed", 2),
        ("a: 'never ends\n", "yaml-malformed", 1),
    ],
)
def test_what_is_no_plain_tree_is_refused_with_its_line(text: str, code: str, line: int) -> None:
    assert codes(text) == [(code, line)]
    assert read_documents(text.encode()).documents == ()


def test_a_control_character_is_refused_with_its_line() -> None:
    ((code, line),) = codes("a: 1\nb: \x01\n")

    assert (code, line) == ("yaml-malformed", 2)


def test_a_file_that_is_not_utf_8_is_refused_with_its_line() -> None:
    problems = read_documents(b"a: 1\nb: \xff\n").problems

    assert [(problem.code, problem.line) for problem in problems] == [("yaml-not-text", 2)]


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    fitting = b"a: " + b"x" * (MAXIMUM_BYTES - 3)

    assert read_documents(fitting).problems == ()
    assert [item.code for item in read_documents(fitting + b"x").problems] == ["yaml-too-large"]


def test_nesting_is_bounded() -> None:
    assert codes("[" * MAXIMUM_DEPTH + "]" * MAXIMUM_DEPTH) == []
    assert codes("[" * (MAXIMUM_DEPTH + 1) + "]" * (MAXIMUM_DEPTH + 1)) == [("yaml-too-deep", 1)]
    assert codes("[" * 200_000)[0][0] in {"yaml-too-deep", "yaml-malformed"}


def test_an_alias_counts_each_time_it_is_used() -> None:
    levels = [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]" for i in range(1, 10)]
    bomb = "l0: &l0 [lol, lol, lol, lol]\n" + "\n".join(levels) + "\n"

    ((code, line),) = codes(bomb)

    assert code == "yaml-too-large"
    # 4 values, then 9 times as many in each line: the fifth line goes beyond the limit.
    assert line == 6


def test_an_alias_adds_the_depth_of_what_it_stands_for() -> None:
    deep = "[" * 40 + "1" + "]" * 40

    assert codes(f"a: &a {deep}\nb: *a\n") == []
    assert codes(f"a: &a {deep}\nb: {'[' * 30}*a{']' * 30}\n") == [("yaml-too-deep", 2)]


def test_an_alias_is_a_copy_of_its_value() -> None:
    assert value("a: &x {b: 1}\nc: *x\nd: [*x]\n") == {"a": {"b": 1}, "c": {"b": 1}, "d": [{"b": 1}]}


def test_many_documents_and_many_problems_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAXIMUM_DOCUMENTS", 3)
    reading = read_documents(b"a: 1\n---\n" * 5)
    assert (len(reading.documents), [item.code for item in reading.problems]) == (3, ["yaml-too-large"])

    monkeypatch.setattr(documents, "MAXIMUM_PROBLEMS", 2)
    assert len(read_documents(b"a: [\n---\n" * 50).problems) == 2


# Without the few characters that YAML does not allow, or takes for line breaks.
TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufeff\ufffe\uffff"), max_size=20
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
@settings(deadline=timedelta(seconds=2))
def test_json_is_read_as_json_reads_it(tree: object) -> None:
    text = json.dumps({"tree": tree}, ensure_ascii=False)

    assert value(text) == {"tree": tree}


@given(st.text(st.sampled_from("ab:-[]{}&*!|>'\"#%@`\n\t ?,0.~"), max_size=60))
@settings(deadline=timedelta(seconds=2), max_examples=300)
def test_no_text_makes_it_raise(text: str) -> None:
    reading = read_documents(text.encode())

    lines = text.count("\n") + 1
    assert all(1 <= problem.line <= lines for problem in reading.problems)
