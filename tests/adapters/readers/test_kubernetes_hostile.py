"""Whatever stands in a file: no error comes out, nothing is passed over in silence, and it takes no time."""

import tarfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pavior.adapters.readers.kubernetes import read_manifests
from pavior.adapters.readers.kubernetes_documents import (
    MAXIMUM_BYTES,
    MAXIMUM_DEPTH,
    MAXIMUM_DOCUMENTS,
    MAXIMUM_PROBLEMS,
    MAXIMUM_VALUES,
)
from pavior.resources.model import ResourceGraph

HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
# Generous, since other tests run beside it; each of these takes about one second alone.
SECONDS = 10


def read(body: bytes | str) -> ResourceGraph:
    return read_manifests({"app.yaml": body.encode() if isinstance(body, str) else body})


REFUSED: dict[str, tuple[bytes | str, str]] = {
    "a key twice": (HEAD + "data: {a: 1}\ndata: {b: 2}\n", "line 5: the key 'data' stands there twice"),
    "a kind twice": ("kind: Pod\nkind: Secret\napiVersion: v1\n", "line 2: the key 'kind' stands there twice"),
    "an alias bomb": (HEAD + BOMB, "counting what each alias stands for"),
    "an alias to itself": (HEAD + "data: &a [*a]\n", "an alias, and this one stands inside of what it names"),
    "an alias to nothing": (HEAD + "data: *a\n", "an alias, and this one names nothing"),
    "an alias as a key": (HEAD + "x: &a b\n*a : c\n", "a key is an alias"),
    "deep lists": (HEAD + "data: " + "[" * 5000, "nest"),
    "deep mappings": (HEAD + "".join(f"{' ' * depth}a:\n" for depth in range(1, 300)), "line"),
    "UTF-16": (HEAD.encode("utf-16"), "it is UTF-16 text"),
    "UTF-16 without a mark": (HEAD.encode("utf-16-le"), "NUL"),
    "a NUL": (HEAD + "data: {a: \0}\n", "it holds a NUL character"),
    "Latin-1": (HEAD.encode() + b"data: {a: \xe9}\n", "line 4: it is not UTF-8 text"),
    "control characters": (HEAD + "data: {a: \x07}\n", "a character that YAML does not allow"),
    "20 megabytes": (HEAD + "#" * 20_000_000, "bytes, more than the"),
    "too many values": (HEAD + "data: [" + "x," * (MAXIMUM_VALUES + 1) + "]\n", f"more than {MAXIMUM_VALUES} values"),
    "a kind that is a mapping": ("apiVersion: v1\nkind: {a: b}\n", "line 1: its kind is a mapping and no text"),
    "a kind that is a list": ("apiVersion: v1\nkind: [Pod]\n", "its kind is a list and no text"),
    "a kind that is a number": ("apiVersion: v1\nkind: 7\n", "its kind is a number and no text"),
    "a kind that is nothing": ("apiVersion: v1\nkind:\nmetadata: {}\n", "no kind"),
    "a kind that is no word": ("apiVersion: v1\nkind: 'Pod; rm'\n", "its kind is no word"),
    "a kind of a tag": ("apiVersion: v1\nkind: !x Pod\n", "its kind is a value that is not known"),
    "a version that is a list": ("apiVersion: [v1]\nkind: Pod\n", "its apiVersion is a list and no text"),
    "no version": ("kind: Pod\nmetadata: {name: a}\n", "it is a Pod and has no apiVersion"),
    "no kind": ("apiVersion: v1\nmetadata: {name: a}\n", "it has an apiVersion and no kind"),
    "metadata that is a list": ("apiVersion: v1\nkind: Pod\nmetadata: [a]\n", "its metadata is a list"),
    "a template of Helm": (
        HEAD + "data:\n  {{- if .Values.x }}\n  a: b\n  {{- end }}\n",
        "template that was not rendered",
    ),
    "a template in a value": (HEAD + "data: {a: x}\nname: {{ .Values.a }}\n", "a template that was not rendered"),
    "a template that is no YAML": (
        HEAD + "image: {{ .Values.a }}:{{ .Values.b }}\n",
        "a template that was not rendered",
    ),
    "a template of Jinja": ("{% if x %}\n" + HEAD + "{% endif %}\n", "a template that was not rendered"),
    "a merge of a text": (HEAD + "data:\n  <<: x\n", "what << takes in is no mapping"),
    "a merge over a key before it": (
        HEAD + "x: &x {a: 1}\ny:\n  a: 2\n  <<: *x\n",
        "<< stands after the key 'a' and names it too",
    ),
    "a merge in quotes": (HEAD + "x: &x {a: 1}\ny:\n  '<<': *x\n", "the key << stands in quotes"),
    "a list of a text": ("apiVersion: v1\nkind: List\nitems: ${ITEMS}\n", "its items are a text"),
    "a tag of another program": ("!vault\na: b\n", "a value that is not known stands where an object is expected"),
    "no YAML": (HEAD + "data: [\n", "it is no YAML"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_skipped_with_its_file_and_a_reason(name: str) -> None:
    body, why = REFUSED[name]
    begun = time.monotonic()

    graph = read(body)

    assert graph.resources == ()
    assert [item.subject for item in graph.skipped] == ["app.yaml"]
    assert why in graph.skipped[0].why
    assert not graph.complete
    assert time.monotonic() - begun < SECONDS


def test_what_is_wrong_hides_nothing_before_or_after_it() -> None:
    graph = read(
        f"{HEAD}---\n{HEAD.replace('name: a', 'name: b')}x: [\n---\n{HEAD.replace('name: a', 'name: c')}---\n"
        f"a: 1\na: 2\n---\n{HEAD.replace('name: a', 'name: d')}"
    )

    assert [item.address for item in graph.resources] == [f"ConfigMap.default.{name}" for name in "acd"]
    assert len(graph.skipped) == 2
    assert graph.resources[-1].position is not None
    assert graph.resources[-1].position.line == 17


@pytest.mark.parametrize(
    "text",
    [
        "---\n" * (MAXIMUM_BYTES // 4 - 1),
        "---\na: [\n" * (MAXIMUM_BYTES // 9 - 1),
        "- a\n" * (MAXIMUM_BYTES // 4 - 1),
        "? " * (MAXIMUM_BYTES // 2 - 1),
        "- " * (MAXIMUM_BYTES // 2 - 1),
        "{a: " * (MAXIMUM_BYTES // 4 - 1),
        "a: |\n" + " x\n" * (MAXIMUM_BYTES // 3 - 3),
        ("---\n" + "- a\n" * 50_000) * 30,
    ],
    ids=["markers", "broken documents", "items", "complex keys", "dashes", "brackets", "text", "large documents"],
)
def test_a_file_as_large_as_is_read_takes_no_time(text: str) -> None:
    begun = time.monotonic()

    graph = read(text)

    assert graph.skipped
    assert time.monotonic() - begun < SECONDS


def test_problems_and_documents_have_an_end_which_is_told() -> None:
    broken = read("---\na: [\n" * 100)
    many = read("---\na: b\n" * (MAXIMUM_DOCUMENTS + 1))

    assert len(broken.skipped) == MAXIMUM_PROBLEMS + 1
    assert "more of it was not read" in broken.skipped[-1].why
    assert "more of it was not read" in many.skipped[0].why
    assert not many.complete


def test_nesting_up_to_the_limit_is_read() -> None:
    deep = MAXIMUM_DEPTH - 1

    assert read(f"{HEAD}data: {'[' * deep}{']' * deep}\n").resources
    assert not read(f"{HEAD}data: {'[' * (deep + 1)}{']' * (deep + 1)}\n").resources


PIECES = st.sampled_from(
    [
        *(
            "apiVersion: v1",
            "kind: Pod",
            "kind: List",
            "items:",
            "metadata:",
            "name: a",
            "{{ .Values.x }}",
            "%YAML 1.1",
        ),
        *(
            "&a ",
            "*a",
            "<<: *a",
            "- ",
            "? ",
            ": ",
            "[",
            "]",
            "{",
            "}",
            "---",
            "...",
            "|",
            ">-",
            "'",
            '"',
            "!x ",
            "!!int ",
        ),
        *("#", "\n", "\n  ", "\n    ", "\t", ",", "\0", "\ufeff", "\x85", "é", "~", "0x", "1_", "yes"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_gives_a_graph_or_a_reason(text: str) -> None:
    graph = read(text)

    assert graph.resources or graph.skipped
    for resource in graph.resources:
        assert resource.position is not None
        assert resource.address.startswith(f"{resource.type}.") or "//" in resource.address
        lines = text.count("\n") + 1
        assert all(1 <= place.line <= place.end_line <= lines + 1 for place in resource.attribute_positions.values())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_graph_or_a_reason(body: bytes) -> None:
    graph = read(body)

    assert graph.resources or graph.skipped


@pytest.mark.peers
def test_no_file_of_the_peers_is_silent_or_slow(peers: Path) -> None:
    with tarfile.open(next(peers.rglob("g8_parser_robustness.tar.gz"))) as packed:
        names = [item.name for item in packed.getmembers() if item.isfile() and "/k8s-examples/" in item.name]
        bodies = {name: packed.extractfile(name).read() for name in names if name.endswith((".yaml", ".yml", ".json"))}  # type: ignore[union-attr]

    assert len(bodies) >= 123
    for name, body in bodies.items():
        begun = time.monotonic()
        graph = read_manifests({name: body})
        assert graph.resources or graph.skipped, name
        assert time.monotonic() - begun < SECONDS, name
