"""Whatever the bytes are, there is a graph or an error of ours."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from pavior.adapters.hcl.module import knows_nothing, read_module
from pavior.adapters.hcl.syntax import parse
from pavior.adapters.readers.terraform_source import read_source, read_source_tolerantly
from pavior.adapters.source_rules import find_refusals
from pavior.kernel.errors import PaviorError
from pavior.resources.codec import decode_graph, encode_graph

_WORDS = st.sampled_from(
    [
        *(
            "a",
            "b",
            "local",
            "var",
            "each",
            "count",
            "path",
            "module",
            "data",
            "aws_x",
            "for",
            "in",
            "if",
            "true",
            "null",
        ),
        *("resource", "variable", "output", "locals", "terraform", "dynamic", "content", "for_each", "value", "source"),
        *("upper", "merge", "jsonencode", "try", "templatefile", "file", "toset", "format", "depends_on", "lifecycle"),
    ]
)
_SIGNS = st.sampled_from(
    [
        *("{", "}", "[", "]", "(", ")", "=", "==", "=>", ",", ".", "...", ":", "?", "!", "-", "+", "*", "/", "%", "&&"),
        *('"', "${", "%{", "~}", "<<E\n", "<<-E\n", "E\n", "\n", " ", "\\", "$${", "/*", "*/", "#", "[*]", ".*", "::"),
        *('"x"', "1", "1.5", "0", "1e9", '"${a}"', '"%{ if true }x%{ endif }"', "\t", "é", "\u2028"),
    ]
)
_SOUP = st.lists(st.one_of(_WORDS, _SIGNS), max_size=60).map(" ".join)

_LEAVES = st.one_of(
    st.integers(-5, 5).map(str),
    st.sampled_from(
        [
            *('"text"', "true", "null", "local.l", "var.v", "var.s", "aws_x.y.id", "aws_x.many[0].id", "aws_x.each"),
            *("data.aws_d.d.x", "module.m.o", "each.value", "count.index", "path.module", '"${var.s}!"', "[]", "{}"),
        ]
    ),
)
_FUNCTIONS = st.sampled_from(
    [
        *(
            "upper",
            "length",
            "merge",
            "concat",
            "jsonencode",
            "jsondecode",
            "flatten",
            "toset",
            "tolist",
            "keys",
            "values",
        ),
        *("try", "coalesce", "format", "join", "split", "element", "lookup", "zipmap", "contains", "sensitive", "max"),
        *("distinct", "reverse", "setproduct", "substr", "tonumber", "tostring", "one", "range", "unknown_function"),
    ]
)


def _as_object(items: list[str]) -> str:
    return "{" + ", ".join(f"k{number} = {item}" for number, item in enumerate(items)) + "}"


def _compose(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(_FUNCTIONS, st.lists(inner, max_size=3)).map(lambda pair: f"{pair[0]}({', '.join(pair[1])})"),
        st.tuples(inner, inner, inner).map(lambda three: f"({three[0]} ? {three[1]} : {three[2]})"),
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", "&&", "||"]), inner).map(
            lambda three: f"({three[0]} {three[1]} {three[2]})"
        ),
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"k{n} = {item}" for n, item in enumerate(items)) + "}"
        ),
        inner.map(lambda item: f"[for k, v in {item} : [k, v]]"),
        inner.map(lambda item: f"{{for k, v in {item} : k => v}}"),
        inner.map(lambda item: f'"a${{{item}}}b%{{ if {item} }}c%{{ endif }}"'),
        inner.map(lambda item: f"{item}[0]"),
        inner.map(lambda item: f"({item}).k0"),
        inner.map(lambda item: f"({item})[*].k1"),
        inner.map(lambda item: f"!({item})"),
    )


_EXPRESSIONS = st.recursive(_LEAVES, _compose, max_leaves=8)


@given(st.binary(max_size=300))
def test_bytes_are_a_file_or_an_error_of_ours(body: bytes) -> None:
    with contextlib.suppress(PaviorError):
        parse("a.tf", body)


@settings(max_examples=300)
@given(_SOUP)
def test_words_and_signs_in_any_order_are_a_graph_or_an_error_of_ours(text: str) -> None:
    files = {"infra/main.tf": text.encode()}

    with contextlib.suppress(PaviorError):
        read_source(files, {}, frozenset())
    with contextlib.suppress(PaviorError):
        find_refusals(files)
    graph = read_source_tolerantly(files, {}, frozenset())

    assert graph.complete or graph.skipped
    assert decode_graph(encode_graph(graph)) == graph


@settings(max_examples=200)
@given(st.lists(_EXPRESSIONS, min_size=5, max_size=5))
def test_any_expression_has_a_value_and_secrets_never_show(expressions: list[str]) -> None:
    local, count, value, block, output = expressions
    secret = "s3cr3t-s3cr3t-s3cr3t"
    source = f"""
variable "v" {{}}
variable "s" {{
  type = string
}}
locals {{
  l = [{local.replace("local.l", "1")}]
}}
data "aws_d" "d" {{}}
resource "aws_x" "many" {{
  count = 2
}}
resource "aws_x" "each" {{
  for_each = toset(["a"])
}}
resource "aws_x" "y" {{
  count = {count}
  value = {value}
  policy = jsonencode({{ a = {value} }})
  dynamic "rule" {{
    for_each = {block}
    content {{
      x = rule.value
    }}
  }}
}}
output "o" {{
  value = {output}
}}
"""
    files = {"infra/main.tf": source.encode()}

    graph = read_source_tolerantly(files, {"s": secret}, frozenset(("s",)))
    with contextlib.suppress(PaviorError):
        module = read_module(files, {"s": secret}, frozenset(("s",)))
        assert secret not in repr(module.output("o", knows_nothing))

    assert secret not in repr(graph)
    assert secret.upper() not in repr(graph)
    assert decode_graph(encode_graph(graph)) == graph
