"""Everything that is known, as one JSON document: the same that `--json` prints."""

import json

from pavior.cli.answer import to_json
from pavior.cli.checking.formats import Told


def render(told: Told) -> str:
    """The report by field."""
    return json.dumps(to_json(told.report), indent=2, ensure_ascii=False) + "\n"
