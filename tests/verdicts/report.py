"""The verdict matrix as a text and as a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.verdicts.matrix import KUBERNETES_COLUMNS, NOT_RECORDED, REFUSED, TERRAFORM_COLUMNS, Row

PAGE = """\
# Equal verdicts

Made by `make docs` from [the matrix](../../tests/golden/verdict_matrix.txt). For each control there is one small stack
that passes and one that fails. Both are asked for wherever Pavior can read them, and must give the same verdict: the
suite fails when one place says *passed* and another *failed*, and when more than a tenth of the answers outside of
the live cloud is *unknown*.

| column | what is read |
|---|---|
| source | the Terraform source |
| plan alone | the plan of the real Terraform with the real AWS provider, recorded, without its source |
| plan and source | the same plan joined with its source, as the gate does it |
| state | the state after the real Terraform applied it in the sandbox cloud, recorded |
| live | what the embedded engine saw in the sandbox cloud after it had applied it, recorded; for types that it knows |
| manifest, JSON list | a Kubernetes manifest, and the same objects as one list in JSON |
| as returned | the same objects as a cluster gives them back, with defaults and a status; made after its manual |

*Not recorded*: there is nothing to ask, since the sandbox cloud does not offer what the stack needs, did not keep what
was applied, or never finished, since the stack needs another provider than that of AWS (each recording says which), or
since the embedded engine does not know the type. Such a cell is counted apart, and never as equal. *Refused*: the
provider takes no such source. *unknown(later)* becomes known with the apply, *unknown(unread)* could not be evaluated.
`make record-verdicts` makes the recordings anew where Terraform is installed.

A plan alone hides a whole policy behind one value that is not known yet, so that some controls have no answer there;
with the source they have one. Nor does it say whether `"${aws_s3_bucket.a.id}-logs"` is more than the bucket's own
name: without the source, a setting for such a bucket counts for the one that is mentioned.

{tables}
"""


@dataclass(frozen=True, slots=True)
class Count:
    """How often what stands in a column. `asked` = equal + unknown + contrary; the others were not asked."""

    equal: int
    unknown: int
    contrary: int
    not_recorded: int

    @property
    def asked(self) -> int:
        """How many verdicts there are."""
        return self.equal + self.unknown + self.contrary

    @property
    def unknown_percent(self) -> float:
        """Of what was asked; 0 when nothing was."""
        return 100 * self.unknown / self.asked if self.asked else 0.0


def count(rows: Sequence[Row], column: str) -> Count:
    """The cells of a column, compared with what the stacks are made for."""
    cells = [
        (found, wanted) for row in rows for found, wanted in zip(row.cells[column], ("passed", "failed"), strict=True)
    ]
    absent = sum(found in (NOT_RECORDED, REFUSED) for found, _ in cells)
    equal = sum(found == wanted for found, wanted in cells)
    unknown = sum(found.startswith("unknown") for found, _ in cells)
    return Count(equal, unknown, len(cells) - absent - equal - unknown, absent)


def as_text(terraform: Sequence[Row], kubernetes: Sequence[Row]) -> str:
    """Both tables with their totals: of each control what the passing and what the failing stack gives."""
    return f"{_text(terraform, TERRAFORM_COLUMNS)}\n{_text(kubernetes, KUBERNETES_COLUMNS)}"


def as_page(terraform: Sequence[Row], kubernetes: Sequence[Row]) -> str:
    """The page, with the totals and with what is not equal."""
    parts = [
        *(("Terraform", terraform, TERRAFORM_COLUMNS), ("Kubernetes", kubernetes, KUBERNETES_COLUMNS)),
    ]
    tables = "\n\n".join(f"## {title}\n\n{_page(rows, columns)}" for title, rows, columns in parts)
    return PAGE.replace("{tables}", tables)


def _text(rows: Sequence[Row], columns: Sequence[str]) -> str:
    table = [("control", *columns), *((row.control, *("/".join(row.cells[name]) for name in columns)) for row in rows)]
    widths = [max(len(line[number]) for line in table) for number in range(len(table[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in table]
    return "\n".join([*lines, "", *(_total(rows, name) for name in columns), ""])


def _total(rows: Sequence[Row], column: str) -> str:
    found = count(rows, column)
    return (
        f"{column}: {found.asked} asked, {found.equal} equal, {found.unknown} unknown ({found.unknown_percent:.1f} %), "
        f"{found.contrary} contrary; {found.not_recorded} not recorded"
    )


def _page(rows: Sequence[Row], columns: Sequence[str]) -> str:
    totals = [(name, count(rows, name)) for name in columns]
    lines = ["| column | asked | equal | unknown | contrary | not recorded |", "|---|---|---|---|---|---|"]
    lines += [
        f"| {name} | {found.asked} | {found.equal} | {found.unknown} ({found.unknown_percent:.1f} %) "
        f"| {found.contrary} | {found.not_recorded} |"
        for name, found in totals
    ]
    unequal = [
        f"| {row.control} | {name} | {'/'.join(row.cells[name])} |"
        for row in rows
        for name in columns
        if not set(row.cells[name]) <= {"passed", "failed", NOT_RECORDED}
    ]
    if unequal:
        lines += [
            "",
            "What is not equal:",
            "",
            "| control | column | passing/failing stack |",
            "|---|---|---|",
            *unequal,
        ]
    return "\n".join(lines)
