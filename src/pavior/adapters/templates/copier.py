"""Renders golden paths with copier, in a folder of its own, with nothing of the template allowed to run.

Copier gets a copy of the template beside settings that we write: no questions, tasks, migrations or
extensions, undefined names are errors, and the person's own copier settings (which may trust a source)
are not read.
"""

import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

import yaml

from pavior.kernel.errors import InvalidError

_SETTINGS = {
    "_subdirectory": "template",
    "_templates_suffix": ".jinja",
    # Copier's own default leaves out names such as .git and *.pyc; safety refuses them instead.
    "_exclude": [],
    "_envops": {"undefined": "jinja2.StrictUndefined", "keep_trailing_newline": True},
}


class CopierRenderer:
    """The renderer for all golden paths."""

    def render(self, template: Path, context: Mapping[str, object]) -> Mapping[str, bytes]:
        """See `goldenpaths.ports.Renderer`."""
        # Copier takes a third of a second to import, and only rendering needs it.
        from copier import Settings, run_copy
        from copier.errors import CopierError
        from jinja2 import TemplateError

        with tempfile.TemporaryDirectory(prefix="pavior-template-") as scratch:
            staged, made = Path(scratch) / "source", Path(scratch) / "made"
            shutil.copytree(template, staged / "template", symlinks=True)
            (staged / "copier.yml").write_text(yaml.safe_dump(_SETTINGS), "utf-8")
            try:
                run_copy(
                    str(staged),
                    made,
                    data=dict(context),
                    settings=Settings(),
                    defaults=True,
                    overwrite=True,
                    quiet=True,
                    unsafe=False,
                    skip_tasks=True,
                )
            except (CopierError, TemplateError, ValueError, ArithmeticError, LookupError, TypeError) as error:
                raise InvalidError(
                    "template-failed",
                    f"The template in {template} did not render: {_said(error, staged)}",
                    fix="Correct the template; `pavior golden-path show` lists the names it may use.",
                    context={"template": str(template)},
                ) from error
            return _files(template, made)


def _files(template: Path, made: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for path in sorted(made.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode):
            files[path.relative_to(made).as_posix()] = path.read_bytes()
        elif not stat.S_ISDIR(mode):
            raise InvalidError(
                "template-failed",
                f"The template in {template} made {path.relative_to(made)}, which is neither a file nor a folder.",
                fix="Remove it from the template.",
            )
    return dict(sorted(files.items()))


def _said(error: Exception, staged: Path) -> str:
    where = getattr(error, "filename", None)
    place = f" ({Path(where).name}, line {getattr(error, 'lineno', 0)})" if where else ""
    return str(error).replace(str(staged), "")[:300] + place
