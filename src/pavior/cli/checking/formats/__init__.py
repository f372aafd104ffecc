"""The forms in which a check is told to programs, one module each; each is loaded when it is asked for."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from msgspec import Struct

from pavior.cli.checking.report import CheckReport

if TYPE_CHECKING:
    from pavior.cli.checking.items import Item
    from pavior.cli.checking.remarks import Remark

PEOPLE = "people"
# What the command line offers, and where it is made; people are told by `checking.people`.
FORMATS = {
    PEOPLE: "",
    "json": "json_document",
    "sarif": "sarif",
    "junit": "junit",
    "github": "github",
    "gitlab-codequality": "gitlab",
    "markdown": "markdown",
}


class Told(Struct, frozen=True):
    """What a format is given; its `render(told)` gives the whole text of a file.

    Args:
        exit_status: How the check will end.
        sentence: What came of it, as people are told.
        items: What there is to tell of verdicts, worst first.
        remarks: What else there is to tell, what stops first.
    """

    report: CheckReport
    exit_status: int
    sentence: str
    items: "tuple[Item, ...]"
    remarks: "tuple[Remark, ...]"


def rendered(name: str, report: CheckReport, exit_status: int, sentence: str) -> str:
    """The report in the format of that name, which is none for people."""
    from pavior.cli.checking.items import items_of
    from pavior.cli.checking.remarks import remarks_of

    module = import_module(f"pavior.cli.checking.formats.{FORMATS[name]}")
    render: Callable[[Told], str] = module.render
    return render(Told(report, exit_status, sentence, items_of(report), remarks_of(report, sentence)))
