"""The part of Jinja that a template may use: enough to fill in answers, too little to run, read or grow without end.

Nothing can be called, included, imported or assigned; a loop goes once over an answer and holds no other loop. So
what a template becomes is bounded by its size, and its author cannot reach anything but the answers.
"""

from collections.abc import Iterator

from jinja2 import Environment, nodes
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.exceptions import TemplateError

SUFFIX = ".jinja"
MAXIMUM_TEMPLATE_BYTES = 256 * 1024
# Each filter can make its input longer by what is written beside it, so chains are short and words are too.
MAXIMUM_FILTERS_IN_A_ROW = 3
MAXIMUM_WORD_CHARACTERS = 40

FILTERS = frozenset(
    {
        "capitalize",
        "default",
        "dictsort",
        "first",
        "join",
        "last",
        "length",
        "lower",
        "replace",
        "sort",
        "title",
        "to_json",
        "trim",
        "upper",
    }
)
# Names that the engine gives to every template beside the answers.
_ENGINE_NAMES = frozenset({*DEFAULT_NAMESPACE, "pathjoin"})
_LOOP_FILTERS = frozenset({"dictsort", "sort"})
_TESTS = frozenset({"defined", "undefined", "none", "true", "false", "string", "number", "mapping", "sequence", "in"})
_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.Tuple,
    nodes.List,
    nodes.Dict,
    nodes.Pair,
    nodes.Keyword,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Filter,
    nodes.Test,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.CondExpr,
    nodes.Concat,
    nodes.If,
    nodes.For,
)


def find_problem(source: str) -> str:
    """Why this text may not be rendered, as the end of a sentence, or an empty text when it may."""
    try:
        # The delimiters are those that the renderer uses: the standard ones.
        tree = Environment(autoescape=True).parse(source)
    except TemplateError as error:
        return f"cannot be read: {error.message} (line {getattr(error, 'lineno', 1)})"
    except RecursionError:
        return "is nested too deeply"
    return next(_problems(tree, is_in_loop=False), "")


def _problems(node: nodes.Node, *, is_in_loop: bool) -> Iterator[str]:
    why = _why_refused(node, is_in_loop=is_in_loop)
    if why:
        yield f"{why} (line {node.lineno})"
        return
    is_loop = isinstance(node, nodes.For)
    for child in node.iter_child_nodes():
        yield from _problems(child, is_in_loop=is_in_loop or is_loop)


def _why_refused(node: nodes.Node, *, is_in_loop: bool) -> str:
    why = ""
    match node:
        case _ if not isinstance(node, _ALLOWED):
            why = f"uses {type(node).__name__.lower()}, which templates may not"
        case nodes.Name(name=name) if name.startswith("_") or name in _ENGINE_NAMES:
            why = f"uses the name {name}, which is the engine's own"
        case nodes.Getattr(attr=name) if name.startswith("_"):
            why = f"reaches for {name}"
        case nodes.Getitem(arg=nodes.Const(value=str(name))) if name.startswith("_"):
            why = f"reaches for {name}"
        case nodes.Test(name=name) if name not in _TESTS:
            why = f"uses the test {name}"
        case nodes.Filter():
            why = _why_filter_refused(node)
        case nodes.For():
            why = _why_loop_refused(node, is_in_loop=is_in_loop)
    return why


def _why_filter_refused(node: nodes.Filter) -> str:
    if node.name not in FILTERS:
        return f"uses the filter {node.name}; there are {', '.join(sorted(FILTERS))}"
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        return f"gives the filter {node.name} arguments that are not written out"
    for argument in (*node.args, *(keyword.value for keyword in node.kwargs)):
        if not isinstance(argument, nodes.Const):
            return f"gives the filter {node.name} an argument that is not written out"
        if isinstance(argument.value, str) and len(argument.value) > MAXIMUM_WORD_CHARACTERS:
            return f"gives the filter {node.name} a text of more than {MAXIMUM_WORD_CHARACTERS} characters"
    if sum(1 for _ in node.find_all(nodes.Filter)) >= MAXIMUM_FILTERS_IN_A_ROW:
        return f"uses more than {MAXIMUM_FILTERS_IN_A_ROW} filters in a row"
    return ""


def _why_loop_refused(node: nodes.For, *, is_in_loop: bool) -> str:
    if is_in_loop:
        return "has a loop in a loop"
    if node.recursive:
        return "has a loop that calls itself"
    over: nodes.Node | None = node.iter
    while isinstance(over, nodes.Filter) and over.name in _LOOP_FILTERS:
        over = over.node
    while isinstance(over, nodes.Getattr | nodes.Getitem):
        over = over.node
    return "" if isinstance(over, nodes.Name) else "loops over something that is not an answer"
