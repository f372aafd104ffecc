"""How much work one module may cause, so that a small file cannot keep a process busy or fill its memory."""

from collections.abc import Iterable

from pavior.adapters.hcl.values import EncodedJson, Secret, Term
from pavior.kernel.errors import InvalidError

# Evaluating the golden path, which has 7,000 bytes, takes about 600 steps.
LEAST_STEPS = 1_000_000
STEPS_PER_BYTE = 5
# Leaves, lists and mappings of one value; 16 characters of text count as one more. AWS takes policies of up to 20 kB.
MAXIMUM_VALUE_SIZE = 200_000
MAXIMUM_VALUE_DEPTH = 60
# A level takes up to nine frames of Python, which ends at a thousand.
MAXIMUM_EVALUATION_DEPTH = 75
_TEXT_UNIT = 16
_WHOLE = (dict, list)


class Budget:
    """What is left. One for each module tree; a large source may take more than a small one.

    As a context, it is one level of evaluation; so is what stands between `descend` and taking one from `depth`.

    Args:
        source_bytes: Size of the source.
    """

    __slots__ = ("depth", "steps")

    def __init__(self, source_bytes: int = 0) -> None:
        self.steps = LEAST_STEPS + STEPS_PER_BYTE * source_bytes
        self.depth = 0

    def spend(self, steps: int) -> None:
        """Raises InvalidError `source-too-complex` when nothing is left."""
        self.steps -= steps
        if self.steps < 0:
            raise too_complex("evaluating it takes too many steps")

    def descend(self) -> None:
        """One level deeper. Raises InvalidError `source-too-complex`."""
        if self.depth >= MAXIMUM_EVALUATION_DEPTH:
            raise too_complex(f"expressions refer to each other deeper than {MAXIMUM_EVALUATION_DEPTH} levels")
        self.depth += 1

    def __enter__(self) -> None:
        self.descend()

    def __exit__(self, *_: object) -> None:
        self.depth -= 1

    def text(self, size: int) -> None:
        """A text of this many characters is about to be made."""
        if size > MAXIMUM_VALUE_SIZE * _TEXT_UNIT:
            raise too_complex(f"a text would have more than {MAXIMUM_VALUE_SIZE * _TEXT_UNIT} characters")
        self.spend(1 + size // _TEXT_UNIT)

    def weigh(self, value: Term) -> None:
        """Raises InvalidError `source-too-complex` for a value that is too large or too deep to be worked with.

        Parts may be shared, so that a value is far larger than the memory it takes.
        """
        size = 0
        waiting: list[tuple[Term, int]] = [(value, 0)]
        while waiting:
            item, depth = waiting.pop()
            size += 1
            if not isinstance(item, _WHOLE):
                item = item.value if isinstance(item, Secret) else item
                item = item.tree if isinstance(item, EncodedJson) else item
            if isinstance(item, dict):
                size += sum(map(len, item)) // _TEXT_UNIT + _spread(item.values(), depth + 1, waiting)
            elif isinstance(item, list):
                size += _spread(item, depth + 1, waiting)
            elif isinstance(item, str):
                size += len(item) // _TEXT_UNIT
            if size + len(waiting) > MAXIMUM_VALUE_SIZE:
                raise too_complex(f"a value has more than {MAXIMUM_VALUE_SIZE} parts")
            if depth > MAXIMUM_VALUE_DEPTH:
                raise too_complex(f"a value is nested deeper than {MAXIMUM_VALUE_DEPTH} levels")
        self.spend(size)


def _spread(parts: Iterable[Term], depth: int, waiting: list[tuple[Term, int]]) -> int:
    """The size of those parts that have none themselves; the others are put to what waits."""
    size = 0
    if depth > MAXIMUM_VALUE_DEPTH:
        waiting += ((part, depth) for part in parts)
        return size
    for part in parts:
        if isinstance(part, str):
            size += 1 + len(part) // _TEXT_UNIT
        elif part is None or isinstance(part, bool):
            size += 1
        else:
            waiting.append((part, depth))
    return size


def too_complex(problem: str) -> InvalidError:
    """The source asks for more than we do."""
    return InvalidError(
        "source-too-complex",
        f"The Terraform source cannot be evaluated: {problem}.",
        fix="Simplify it; docs/reference/terraform-source.md lists the limits.",
    )
