"""Everything that is known, as one JSON document: the same that `--json` prints."""

import json

from pavior.cli.answer import to_json
from pavior.cli.checking.formats import Told
from pavior.cli.checking.report import NOT_TOLD


def render(told: Told) -> str:
    """The report by field."""
    names = [name for name in told.report.__struct_fields__ if name not in NOT_TOLD]
    document = {name: to_json(getattr(told.report, name)) for name in names}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
