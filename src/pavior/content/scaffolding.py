"""Begins a control: a folder whose cases fail until somebody has written them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args, get_type_hints

from pavior.content.cases import CASES_FOLDER, EXPECTED
from pavior.content.loading import DESCRIPTION_FILE, LESSON_FILE, LONGEST_ID, RESERVED_IDS, RULE_FILE
from pavior.kernel.errors import ConflictError, InvalidError
from pavior.resources.views import VIEWS

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

_DESCRIPTION: Final = '''\
# Says what must hold. It is stable for ever: findings and waivers point to it. The folder has the same name, with
# underscores. In a pack it begins with the name of the pack.
id = "{id}"

# One line, what holds when all is well: "Logs are kept long enough".
title = "Say what holds when all is well"

# What the rule reads: a view of src/pavior/resources/views.
view = "{view}"

# How bad it is when it does not hold: info, low, medium, high, critical.
severity = "medium"

# How hard it is enforced where [levels] says nothing else: observe, warn, block. Begin low.
default_level = "observe"

# What goes wrong, in words for somebody who has never heard of it. It is shown with every denial.
risk = """
Say what goes wrong.
"""

# By stage, such as dev, stage, prod.
[levels]
prod = "warn"

# What may be chosen without touching the rule, which then takes a second argument, `parameters: Parameters`.
# Types: integer (minimum, maximum), integers (the same, of each), text (choices or pattern), texts (the same, of each),
# boolean. Without a default it is not asked until somebody sets a value.
# [parameters.retention_days]
# type = "integer"
# default = 365
# minimum = 1
# description = "For how many days logs are kept at least."

# What to paste. The first one is shown with a denial: terraform, kubernetes, cloudformation, cli.
[[remediations]]
language = "terraform"
text = \'\'\'
# Say what to write.
\'\'\'

# Ids of requirements of others, never their text. Both tables may be left out.
# [mappings]
# nist-800-53 = ["AU-11"]

# Rules of scanners that mean the same, so that their finding becomes the same finding.
# [equivalents]
# checkov = ["CKV_AWS_338"]
'''

_RULE: Final = '''\
"""Say in one line what holds."""

from pavior.kernel.verdicts import UnknownReason
from pavior.policy.model import RuleResult
from pavior.policy.rules import unknown
from pavior.resources.model import Unknown
from {module} import {view}


def rule(view: {view}) -> RuleResult:
    """Passed when ... (say when)."""
    # Each field of a view is a Fact: a value or Unknown, and the place that says it. Treat Unknown first:
    #   if isinstance(view.field.value, Unknown):
    #       return unknown("what would have to be known", view.field.value, view.field)
    #   return passed() if view.field.value else failed("What is wrong.", view.field)
    why = Unknown(UnknownReason.NOT_EVALUATED, "its rule is not written yet")
    return unknown("whether it holds", why)
'''

_LESSON: Final = """\
# Say why, in a few words

## What goes wrong

A story that could happen here.

## How it works

## What to type

## What to look out for

## When a waiver is right
"""

_CASES: Final = {
    "passes": "# Write the smallest stack that passes.\n",
    "fails": "# Write the smallest stack that fails. Begin with this one: it shows what the control is for.\n",
    "unknown": "# Write a stack of which nobody can tell, such as one with a variable that has no value.\n",
}


def begin_control(control_id: str, view: str, into: Path) -> Path:
    """Write the folder of a new control, and give it back.

    Args:
        into: The folder that is to hold it; made when it is missing.

    Raises:
        InvalidError: `control-id-invalid`, `view-missing`.
        ConflictError: `control-exists`; nothing is ever overwritten.
    """
    if not _ID.fullmatch(control_id) or len(control_id) > LONGEST_ID or control_id in RESERVED_IDS:
        raise InvalidError(
            "control-id-invalid",
            f"{control_id[:LONGEST_ID]!r} is no id for a control.",
            fix=f"Write lower-case words with hyphens that say what must hold, at most {LONGEST_ID} characters.",
        )
    if view not in VIEWS:
        raise InvalidError(
            "view-missing",
            f"There is no view {view[:LONGEST_ID]!r} that a rule could read.",
            fix=f"Take one of: {', '.join(sorted(VIEWS))}.",
        )
    folder = into / control_id.replace("-", "_")
    if folder.exists():
        raise ConflictError(
            "control-exists", f"{folder} is there already.", fix="Take another id, or go on in that folder."
        )
    for name, text in _files(control_id, view):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    return folder


def _files(control_id: str, view: str) -> Iterator[tuple[str, str]]:
    # Several views may be one class.
    made = get_type_hints(VIEWS[view].build)["return"]
    read = next(item for item in (get_args(made) or (made,)) if item is not type(None))
    yield DESCRIPTION_FILE, _DESCRIPTION.format(id=control_id, view=view)
    yield RULE_FILE, _RULE.format(view=read.__name__, module=read.__module__)
    yield LESSON_FILE, _LESSON
    for kind in EXPECTED:
        yield f"{CASES_FOLDER}/{kind}/write_me.tf", _CASES[kind]
