"""A small file cannot keep a process busy, or fill its memory."""

import sys
from collections import Counter

import pytest

from pavior.adapters.hcl.module import knows_nothing, read_module
from pavior.kernel.errors import InvalidError
from pavior.resources.model import Unknown

# Far more than a limit needs to be reached, far less than what a blow-up would take.

_DOUBLED = "\n".join(f'  l{n} = "${{local.l{n - 1}}}${{local.l{n - 1}}}"' for n in range(1, 60))
_SHARED = "\n".join(f"  l{n} = [local.l{n - 1}, local.l{n - 1}]" for n in range(1, 40))
_CHAIN = "\n".join(f"  l{n} = local.l{n - 1}" for n in range(1, 5_000))
_DEEP = "\n".join(f"  l{n} = [local.l{n - 1}]" for n in range(1, 90))
_MANY = ", ".join("1" for _ in range(1_000))

HOSTILE = {
    "doubled text": (f'locals {{\n  l0 = "xxxxxxxxxx"\n{_DOUBLED}\n}}\n', "local.l59"),
    "shared lists": (f"locals {{\n  l0 = 1\n{_SHARED}\n}}\n", "local.l39"),
    "a long chain of names": (f"locals {{\n  l0 = 1\n{_CHAIN}\n}}\n", "local.l4999"),
    "deep values": (f"locals {{\n  l0 = 1\n{_DEEP}\n}}\n", "local.l89"),
    "loops in loops": (
        f"locals {{\n  l = [{_MANY}]\n}}\n",
        "length([for a in local.l : [for b in local.l : [for c in local.l : a]]])",
    ),
    "loops in templates": (
        f"locals {{\n  l = [{_MANY}]\n}}\n",
        '"%{ for a in local.l }%{ for b in local.l }%{ for c in local.l }x%{ endfor }%{ endfor }%{ endfor }"',
    ),
    "a product of sets": ("locals {\n  l = range(1000)\n}\n", "setproduct(local.l, local.l, local.l)"),
    "replaced text": (
        'locals {\n  t = join("", [for x in range(1000) : "aaaaaaaaaa"])\n}\n',
        'replace(local.t, "a", local.t)',
    ),
    "joined text": (
        'locals {\n  t = join("", [for x in range(1000) : "aaaaaaaaaa"])\n}\n',
        "join(local.t, [for x in range(1000) : x])",
    ),
    "formatted text": (
        'locals {\n  t = join("", [for x in range(1000) : "aaaaaaaaaa"])\n}\n',
        'format(join("", [for x in range(1000) : "%[1]s"]), local.t)',
    ),
    "indented text": (
        'locals {\n  t = join("\\n", [for x in range(1000) : x])\n}\n',
        "indent(1000000, local.t)",
    ),
    "flattened lists": (f"locals {{\n  l0 = 1\n{_SHARED}\n}}\n", "flatten([local.l30, local.l30])"),
    "compared lists": (f"locals {{\n  l0 = 1\n{_SHARED}\n}}\n", "[local.l16, local.l16] == [local.l30]"),
    "hidden lists": (f"locals {{\n  l0 = 1\n{_SHARED}\n}}\n", "sensitive([for x in range(100) : local.l16])"),
}


# Without a bound each of them would go on for hours.
@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", HOSTILE)
def test_what_grows_without_end_is_refused_in_time(name: str) -> None:
    text, expression = HOSTILE[name]
    files = {"infra/main.tf": f'{text}output "o" {{\n  value = {expression}\n}}\n'.encode()}

    with pytest.raises(InvalidError) as error:
        read_module(files, {}, frozenset()).output("o", knows_nothing)

    assert error.value.code == "source-too-complex"


def test_a_resource_at_the_end_of_a_long_chain_of_names_is_refused() -> None:
    text = f'locals {{\n  l0 = aws_x.y.id\n{_CHAIN}\n}}\nresource "aws_x" "y" {{}}\n'
    files = {"a.tf": f'{text}resource "aws_x" "z" {{\n  name = local.l4999\n}}\n'.encode()}

    with pytest.raises(InvalidError) as error:
        read_module(files, {}, frozenset())

    assert error.value.code == "source-too-complex"


def test_a_limit_that_was_reached_once_holds_the_next_time() -> None:
    source = f'locals {{\n  l0 = 1\n{_CHAIN}\n}}\noutput "o" {{\n  value = local.l4999\n}}\n'
    module = read_module({"a.tf": source.encode()}, {}, frozenset())

    for _ in range(20):
        with pytest.raises(InvalidError) as error:
            module.output("o", knows_nothing)
        assert error.value.code == "source-too-complex"


def test_dynamic_blocks_that_multiply_are_refused() -> None:
    inner = 'dynamic "b" {\n for_each = range(512)\n content {\n c = 1\n }\n }\n'
    text = f'resource "aws_x" "y" {{\n dynamic "a" {{\n for_each = range(512)\n content {{\n {inner} }}\n }}\n}}\n'

    # 262,144 blocks, of four steps each.
    with pytest.raises(InvalidError) as error:
        read_module({"a.tf": text.encode()}, {}, frozenset())

    assert error.value.code == "source-too-complex"


@pytest.mark.parametrize("count", [10_001, 1e30])
def test_more_instances_than_the_limit_are_refused(count: float) -> None:
    with pytest.raises(InvalidError) as error:
        read_module({"a.tf": f'resource "aws_x" "y" {{\n  count = {count:.0f}\n}}\n'.encode()}, {}, frozenset())

    assert error.value.code == "source-too-complex"


def test_the_largest_number_of_instances_is_allowed() -> None:
    module = read_module({"a.tf": b'resource "aws_x" "y" {\n  count = 10000\n}\n'}, {}, frozenset())

    assert len(module.resources) == 10_000


def test_modules_that_multiply_are_refused() -> None:
    files = {"infra/main.tf": b'module "a" {\n  source = "./m0"\n  count = 10\n}\n'}
    for level in range(6):
        files[f"infra/m{level}/main.tf"] = f'module "a" {{\n  source = "../m{level + 1}"\n  count = 10\n}}\n'.encode()
    files["infra/m6/main.tf"] = b'resource "aws_x" "y" {}\n'

    with pytest.raises(InvalidError) as error:
        read_module(files, {}, frozenset())

    assert error.value.code == "source-too-complex"


@pytest.mark.parametrize(
    "expression",
    [
        'jsondecode(join("", [for x in range(1000) : join("", [for y in range(100) : "["])]))',
        "range(100000)",
        'tonumber(join("", [for x in range(1000) : "9"]))',
        'jsondecode("1e999")',
        "1e300 * 1e300",
        'format("%d", 1.5)',
    ],
)
def test_what_terraform_refuses_for_its_size_is_unknown(expression: str) -> None:
    module = read_module({"a.tf": f'output "o" {{\n  value = {expression}\n}}\n'.encode()}, {}, frozenset())

    assert isinstance(module.output("o", knows_nothing), Unknown)


def test_the_work_grows_with_the_source_not_with_its_square() -> None:
    def calls(number: int) -> int:
        block = (
            'resource "aws_x" "y{}" {{\n  name = local.name\n  tags = merge(local.tags, {{ n = aws_x.y0.id }})\n}}\n'
        )
        source = 'locals {\n  name = "n"\n  tags = { a = local.name }\n}\n' + "".join(map(block.format, range(number)))
        counted = Counter[str]()
        # Calls are the same on every machine; seconds are not.
        sys.setprofile(lambda _frame, event, _argument: counted.update((event,)))
        try:
            module = read_module({"a.tf": source.encode()}, {}, frozenset())
            for resource in module.resources:
                module.values(resource, knows_nothing)
        finally:
            sys.setprofile(None)
        return counted["call"] + counted["c_call"]

    # What is done once for a module makes it a little less than four times as many.
    assert calls(400) < 4.2 * calls(100)
