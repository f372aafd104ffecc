"""Terraform files as blocks and expressions."""

import io
import json
import re
import tarfile
from pathlib import Path

import pytest

from pavior.adapters.hcl.expressions import Literal, Name, Object, Template
from pavior.adapters.hcl.syntax import MAXIMUM_FILE_BYTES, Block, parse
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Position


def test_a_block_has_its_type_labels_attributes_and_place() -> None:
    file = parse("infra/main.tf", b'\nresource "aws_s3_bucket" files {\n  bucket = "x"\n\n  rule {\n  }\n}\n')

    (block,) = file.blocks
    assert (block.type, block.labels) == ("resource", ("aws_s3_bucket", "files"))
    assert block.position == Position("infra/main.tf", 2, 7, 1)
    assert block.attributes["bucket"].expression == Literal("x")
    assert block.attributes["bucket"].position == Position("infra/main.tf", 3, 3, 3)
    assert [inner.position for inner in block.of_type("rule")] == [Position("infra/main.tf", 5, 6, 3)]


def test_an_attribute_ends_where_its_value_ends_not_where_the_next_begins() -> None:
    file = parse("a.tf", b"a = [\n  1,\n] # the list\n\n# of the next\nb = 2\n")

    assert file.attributes["a"].position == Position("a.tf", 1, 3, 1)
    assert file.attributes["b"].position == Position("a.tf", 6, 6, 1)


def test_a_column_counts_characters_not_bytes() -> None:
    (block,) = parse("a.tf", 'x "é" { y = 1 }\n'.encode()).blocks

    assert block.attributes["y"].position.column == 9


@pytest.mark.parametrize(
    "body", [b"", b"\n\n", b"# nothing\n", b"/* nothing\n */", b"\xef\xbb\xbfa = 1\n", b"a = 1\r\n", b"a {}"]
)
def test_these_are_files(body: bytes) -> None:
    parse("a.tf", body)


@pytest.mark.parametrize(
    ("body", "line", "problem"),
    [
        (b"a = ", 1, "expected a value"),
        (b"a = 1 b = 2", 1, "expected the end of the line"),
        (b"a = 1\na = 2", 2, "set twice"),
        (b"a {\n  b = 1\n", 3, "expected an attribute or a block"),
        (b"a = [1, 2", 1, "or ',' in a list"),
        (b"a = {\n  b\n}", 2, "expected '=' after the key"),
        (b"a = {\n  b = 1 c = 2\n}", 2, "expected a line end"),
        (b"a = f(1", 1, "to close the arguments of f"),
        (b"a = (1", 1, "to close a parenthesis"),
        (b"a = x[1", 1, "to close an index"),
        (b"a = x.", 1, "after '.'"),
        (b"a = 1 ? 2", 1, "between the two results"),
        (b"a = [for x of y : x]", 1, "expected 'in'"),
        (b"a = {for x in y : x}", 1, "expected '=>'"),
        (b'a = "open\n"', 1, "no closing quote"),
        (b'a = "\\x"', 1, "no escape sequence"),
        (b'a = "\\ud800"', 1, "no character"),
        (b'a = "${1"', 1, "expected '}' to close what is filled in"),
        (b'a = "%{ if true }x"', 1, "no %{endif}"),
        (b'a = "%{ endif }"', 1, "did not begin"),
        (b'a = "%{ while x }"', 1, "no directive"),
        # What may be a secret without quotes is not repeated.
        (b"a = b c", 1, "expected the end of the line, found a word"),
        (b"a = b 1234", 1, "expected the end of the line, found a number"),
        (b"a = <<EOT\ntext\n", 1, "no line EOT"),
        (b"a = <<\ntext\n", 1, "expected a name"),
        (b"a = 1 +\n2", 1, "expected a value"),
        (b"a = ?", 1, "expected a value"),
        (b"a = 1\n/* open", 2, "'/'"),
        (b"a = 1\nb = `x`", 2, "means nothing here"),
        (b"a = 1\nb = \xff", 2, "not UTF-8"),
        (b"a = 1\n\x00", 2, "does not belong in text"),
        (b"a = 1e999", 1, "too large"),
        (b"a = " + b"9" * 201, 1, "digits"),
        (b'a "${x}" {}', 1, "label"),
        (b"a b c", 1, "expected '=' or '{'"),
    ],
)
def test_what_is_no_hcl_is_told_with_its_line(body: bytes, line: int, problem: str) -> None:
    with pytest.raises(InvalidError) as error:
        parse("infra/main.tf", body)

    assert error.value.code == "source-unparsable"
    assert f"infra/main.tf:{line} " in error.value.summary
    assert problem in error.value.summary


def test_a_file_of_the_largest_size_is_read_and_one_byte_more_is_not() -> None:
    padding = b"#" * (MAXIMUM_FILE_BYTES - 1) + b"\n"

    parse("a.tf", padding)
    with pytest.raises(InvalidError) as error:
        parse("a.tf", padding + b"\n")

    assert error.value.code == "source-too-large"


@pytest.mark.parametrize("opening", ["[", "(", "{a=", '"${', "!", "-", "f(", "x[", "true ? ", "[for x in "])
def test_nesting_without_end_is_refused_not_followed(opening: str) -> None:
    with pytest.raises(InvalidError) as error:
        parse("a.tf", b"a = " + opening.encode() * 50_000)

    assert error.value.code == "source-too-complex"


def test_blocks_nested_without_end_are_refused() -> None:
    with pytest.raises(InvalidError) as error:
        parse("a.tf", b"a {\n" * 50_000)

    assert error.value.code == "source-too-complex"


def test_directives_nested_without_end_are_refused() -> None:
    with pytest.raises(InvalidError) as error:
        parse("a.tf", b'a = "' + b"%{ if x }" * 5_000 + b'"')

    assert error.value.code == "source-too-complex"


def test_a_long_chain_is_not_deep() -> None:
    file = parse("a.tf", b"a = 1" + b" + 1" * 20_000 + b"\nb = x" + b".y" * 20_000)

    assert set(file.attributes) == {"a", "b"}


def test_a_word_as_a_key_is_text_and_in_parentheses_a_name() -> None:
    value = parse("a.tf", b"a = {\n  b = 1\n  (b) = 2\n  true = 3\n}").attributes["a"].expression

    assert isinstance(value, Object)
    assert [key for key, _ in value.items] == [Literal("b"), Name("b"), Literal("true")]


def test_a_heredoc_keeps_what_a_quoted_text_would_escape() -> None:
    value = parse("a.tf", b'a = <<E\n\\n "x" $${y} ${z}\nE\n').attributes["a"].expression

    assert value == Template((Literal('\\n "x" ${y} '), Name("z"), Literal("\n")))


@pytest.mark.peers
def test_files_of_python_hcl2_have_the_blocks_that_it_finds(peers: Path) -> None:
    golden = _members(peers, "g8_parser_robustness/hcl2-golden/")
    rows = [name for name in golden if "/hcl2_original/" in name]
    assert len(rows) >= 5

    for name in rows:
        stem = Path(name).stem
        expected = json.loads(golden[f"g8_parser_robustness/hcl2-golden/json_serialized/{stem}.json"])
        file = parse(name, golden[name])

        names = {key for key in expected if not key.startswith("__")}
        assert {*file.attributes, *(block.type for block in file.blocks)} == names, stem
        for block_type in {block.type for block in file.blocks}:
            found = sum(block.type == block_type for block in file.blocks)
            assert found == len(expected[block_type]), (stem, block_type)


# Terraform refuses it too: an object that holds a block.
_NO_HCL = {"g1_checkov/terraform_aws_data/example_StarActionPolicyDocument/main.tf"}


@pytest.mark.peers
def test_the_files_of_checkov_are_read(peers: Path) -> None:
    files = {name: body for name, body in _members(peers, "g1_checkov/").items() if name.endswith(".tf")}
    unreadable = set()
    for name, body in files.items():
        try:
            found = [block for block in parse(name, body).blocks if block.type in ("resource", "data")]
        except InvalidError:
            unreadable.add(name)
        else:
            # Counted without our parser.
            written = re.sub(rb"(?ms)^[ \t]*/\*.*?\*/", b"", body)
            assert len(found) == len(re.findall(rb'(?m)^[ \t]*(?:resource|data)[ \t]+"?[\w-]+"?[ \t]+"', written)), name

    assert len(files) > 300
    assert unreadable == _NO_HCL


def _members(peers: Path, prefix: str) -> dict[str, bytes]:
    archive = peers / "open" / f"{prefix.split('/', maxsplit=1)[0]}.tar.gz"
    with tarfile.open(fileobj=io.BytesIO(archive.read_bytes())) as tar:
        return {
            member.name: (tar.extractfile(member) or io.BytesIO()).read()
            for member in tar.getmembers()
            if member.isfile() and member.name.startswith(prefix)
        }


def test_a_block_inside_a_block_is_found_by_type() -> None:
    (block,) = parse("a.tf", b"a {\n  b {\n    c = 1\n  }\n  d {}\n  b {}\n}").blocks

    assert isinstance(block, Block)
    assert [len(inner.attributes) for inner in block.of_type("b")] == [1, 0]
