"""Reads controls from their folders: `control.toml`, `rule.py` and `lesson.md`."""

import os
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeVar

from pavior.content.parameter_declarations import read_parameters
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Severity
from pavior.policy.model import Control, Fix, Level, Remediation, RuleResult
from pavior.policy.parameters import Parameter
from pavior.resources.views import VIEWS

CONTROLS_FOLDER = Path(__file__).parent / "controls"
CONTROL_FILES = DESCRIPTION_FILE, RULE_FILE, LESSON_FILE = ("control.toml", "rule.py", "lesson.md")

_ID: Final = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
LONGEST_ID = 80
# A page of this name stands beside the pages of the controls, and would hide it.
RESERVED_IDS = ("coverage",)
_ATTRIBUTE: Final = r"^[a-z][a-z0-9_]*$"
_FIELDS = frozenset(
    {
        "id",
        "title",
        "view",
        "risk",
        "severity",
        "default_level",
        "levels",
        "remediations",
        "fix",
        "mappings",
        "equivalents",
        "parameters",
        "owner",
        "formerly",
    }
)
# What others require, and what their scanners call it: nobody has that for a control that they made for themselves, and
# no scanner asks for what only its user can know.
_OPTIONAL_OF_OWN = ("mappings", "equivalents")
_OPTIONAL_WITHOUT_DEFAULT = ("equivalents",)
_LANGUAGES = ("terraform", "cloudformation", "kubernetes", "cli")

E = TypeVar("E", bound=StrEnum)


def load_controls(folder: Path = CONTROLS_FOLDER) -> tuple[Control, ...]:
    """Every control below `folder`, by id.

    Raises:
        InvalidError: `control-invalid`, naming the file; also when there is none at all.
    """
    folders = control_folders(folder)
    if not folders:
        raise control_invalid(folder, "it holds no control.")
    return tuple(sorted((load_control(Path(path)) for path in folders), key=lambda control: control.id))


def control_folders(folder: Path) -> list[str]:
    """The folders below `folder` that should each hold a control, by name."""
    with os.scandir(folder) as entries:
        return sorted(entry.path for entry in entries if entry.is_dir() and entry.name != "__pycache__")


def load_control(folder: Path) -> Control:
    """The control in `folder`, whose name is the control's id with underscores.

    Raises:
        InvalidError: `control-invalid`, naming the file.
    """
    return _load(folder, load_rule)


def load_own_control(folder: Path, *, is_run: bool = True) -> Control:
    """The same for a control that somebody made for themselves: it need not be called anything by others.

    Args:
        is_run: Whether its rule is loaded, which runs the file; else it cannot be asked.

    Raises:
        InvalidError: `control-invalid`, naming the file.
    """
    return _load(folder, load_own_rule if is_run else _not_run, _OPTIONAL_OF_OWN, is_trusted=is_run)


def _load(
    folder: Path,
    load: Callable[[Path], Callable[..., RuleResult]],
    optional: tuple[str, ...] = (),
    *,
    is_trusted: bool = True,
) -> Control:
    file = folder / DESCRIPTION_FILE
    description, rule, lesson = (_read(folder / name) for name in (DESCRIPTION_FILE, RULE_FILE, LESSON_FILE))
    table = _parse(file, description)
    unknown = sorted(table.keys() - _FIELDS)
    if unknown:
        raise control_invalid(file, f"it has unknown fields: {', '.join(unknown)}.")
    view, parameters = _view(file, table), _parameters(file, table, is_trusted=is_trusted)
    if any(item.value is None for item in parameters):
        optional = (*optional, *_OPTIONAL_WITHOUT_DEFAULT)
    return Control(
        id=_id(file, table),
        title=_text(file, table, "title"),
        view=view,
        risk=_text(file, table, "risk"),
        severity=_choice(file, "severity", _text(file, table, "severity"), Severity),
        default_level=_choice(file, "default_level", _text(file, table, "default_level"), Level),
        levels=_levels(file, table),
        remediations=_remediations(file, table),
        lesson=_lesson(folder / LESSON_FILE, lesson),
        mappings=_ids(file, table, "mappings", optional),
        equivalents=_ids(file, table, "equivalents", optional),
        version=_digest(description, rule, lesson),
        rule=load(folder / RULE_FILE),
        types=VIEWS[view].selection.types,
        fix=_fix(file, table, VIEWS[view].selection.types),
        parameters=parameters,
        owner=_text(file, table, "owner") if "owner" in table else "",
        formerly=_formerly(file, table),
    )


def load_rule(file: Path) -> Callable[..., RuleResult]:
    """The function `rule` of a file, which is run for it.

    Raises:
        InvalidError: `control-invalid`, naming the file.
    """
    name = f"pavior.content.controls.{file.parent.name}.rule"
    module = ModuleType(name)
    module.__file__ = str(file)
    try:
        # What Python compiled earlier, as for a module; but nobody imports a rule, so it needs nothing else of one.
        code = SourceFileLoader(name, str(file)).get_code(name)
        exec(code, module.__dict__)  # type: ignore[arg-type] # noqa: S102 - a rule is a program, as is a module
    except Exception as error:
        raise control_invalid(file, f"running it ended with {type(error).__name__}.") from error
    return _rule_of(module, file)


def load_own_rule(file: Path) -> Callable[..., RuleResult]:
    """The same from the text of the file alone.

    Python would rather take what it compiled earlier, which lies beside the file where anybody may have put it; and it
    would write that into a folder whose content is proven.

    Raises:
        InvalidError: `control-invalid`, naming the file.
    """
    module = ModuleType(f"pavior_pack.{file.parent.name}")
    module.__file__ = str(file)
    try:
        exec(compile(_read(file), str(file), "exec"), module.__dict__)  # noqa: S102 - a rule is a program, as is a module
    except Exception as error:
        raise control_invalid(file, f"running it ended with {type(error).__name__}.") from error
    return _rule_of(module, file)


def _not_run(file: Path) -> Callable[..., RuleResult]:
    def refuse(*_: object) -> RuleResult:
        raise control_invalid(file, "it was not to be run.")

    return refuse


def _rule_of(module: ModuleType, file: Path) -> Callable[..., RuleResult]:
    rule: Callable[..., RuleResult] | None = getattr(module, "rule", None)
    if not callable(rule):
        raise control_invalid(file, "it has no function `rule`.")
    return rule


def later_rule(file: str) -> Callable[..., RuleResult]:
    """The rule of a file that is loaded when it is first asked, since a check asks few of the rules there are.

    Args:
        file: A path is made of it when it is asked: there are hundreds, and most are not.

    Raises:
        InvalidError: `control-invalid`, when it is called and cannot be loaded.
    """
    loaded: Callable[..., RuleResult] | None = None

    def rule(*asked: Any) -> RuleResult:
        nonlocal loaded
        if loaded is None:
            loaded = load_rule(Path(file))
        return loaded(*asked)

    return rule


def control_invalid(file: Path, why: str) -> InvalidError:
    """What is told about content that cannot be used."""
    return InvalidError(
        "control-invalid",
        f"The control content {file} cannot be used: {why}",
        fix="Correct the file; docs/guides/add-a-control.md says what belongs there.",
        context={"file": str(file)},
    )


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise control_invalid(file, "there is no such file.") from None
    except OSError as error:
        raise control_invalid(file, f"it cannot be read, {type(error).__name__}.") from error


def _parse(file: Path, content: bytes) -> Mapping[str, object]:
    # A check recalls what was read, and reads nothing.
    import tomllib

    try:
        return tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise control_invalid(file, f"it is not TOML, {error}.") from error


def _id(file: Path, table: Mapping[str, object]) -> str:
    found = _text(file, table, "id")
    if not re.match(_ID, found):
        raise control_invalid(file, "id must be lower-case words with hyphens.")
    if len(found) > LONGEST_ID or found in RESERVED_IDS:
        raise control_invalid(
            file, f"id must have at most {LONGEST_ID} characters, and not be {' or '.join(RESERVED_IDS)}."
        )
    if file.parent.name != found.replace("-", "_"):
        raise control_invalid(file, f"id is {found}, but the folder is called {file.parent.name}.")
    return found


def _formerly(file: Path, table: Mapping[str, object]) -> tuple[str, ...]:
    found = _texts(file, "formerly", table["formerly"]) if "formerly" in table else ()
    for name in found:
        if not re.match(_ID, name) or name == table.get("id"):
            raise control_invalid(file, f"formerly names {name}, which is no id of another time.")
    return found


def _view(file: Path, table: Mapping[str, object]) -> str:
    found = _text(file, table, "view")
    if found not in VIEWS:
        raise control_invalid(file, f"there is no view {found}; the views are {', '.join(VIEWS)}.")
    return found


def _text(file: Path, table: Mapping[str, object], name: str) -> str:
    found = table.get(name)
    if not isinstance(found, str) or not found.strip():
        raise control_invalid(file, f"{name} must be a text that is not empty.")
    return found.strip()


def _choice(file: Path, name: str, word: str, choices: type[E]) -> E:
    try:
        return choices(word)
    except ValueError:
        raise control_invalid(file, f"{name} is {word}, and must be one of {', '.join(choices)}.") from None


def _table(file: Path, table: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = table.get(name, {})
    if not isinstance(found, dict):
        raise control_invalid(file, f"{name} must be a table.")
    return found


def _levels(file: Path, table: Mapping[str, object]) -> Mapping[str, Level]:
    found = _table(file, table, "levels")
    return {name: _choice(file, f"levels.{name}", _text(file, found, name), Level) for name in found}


def _parameters(file: Path, table: Mapping[str, object], *, is_trusted: bool) -> tuple[Parameter, ...]:
    try:
        return read_parameters(table.get("parameters"), is_trusted=is_trusted)
    except ValueError as error:
        raise control_invalid(file, str(error)) from None


def _ids(
    file: Path, table: Mapping[str, object], name: str, optional: tuple[str, ...]
) -> Mapping[str, tuple[str, ...]]:
    found = _table(file, table, name)
    if not found and name not in optional:
        raise control_invalid(file, f"{name} must name at least one id.")
    return {key: _texts(file, f"{name}.{key}", value) for key, value in found.items()}


def _texts(file: Path, name: str, value: object) -> tuple[str, ...]:
    texts = tuple(item for item in value if isinstance(item, str) and item) if isinstance(value, list) else ()
    if not texts or not isinstance(value, list) or len(texts) != len(value):
        raise control_invalid(file, f"{name} must be a list of texts that is not empty.")
    return texts


def _remediations(file: Path, table: Mapping[str, object]) -> tuple[Remediation, ...]:
    found = table.get("remediations")
    if not isinstance(found, list) or not found:
        raise control_invalid(file, "remediations must be a list of tables that is not empty.")
    remediations = []
    for item in found:
        if not isinstance(item, dict) or item.keys() != {"language", "text"}:
            raise control_invalid(file, "a remediation has exactly a language and a text.")
        language = _text(file, item, "language")
        if language not in _LANGUAGES:
            raise control_invalid(
                file, f"a remediation is in {language}, and must be in one of {', '.join(_LANGUAGES)}."
            )
        remediations.append(Remediation(language, _text(file, item, "text")))
    return tuple(remediations)


def _fix(file: Path, table: Mapping[str, object], asked_types: tuple[str, ...]) -> Fix | None:
    if "fix" not in table:
        return None
    found = _table(file, table, "fix")
    if found.keys() != {"attribute", "value", "types"}:
        raise control_invalid(file, "a fix has exactly an attribute, a value and types.")
    attribute, value, types = _text(file, found, "attribute"), found["value"], _texts(file, "fix.types", found["types"])
    if not re.match(_ATTRIBUTE, attribute):
        raise control_invalid(
            file, f"fix.attribute is {attribute}, and must be one attribute of the resource's own block."
        )
    if not isinstance(value, bool | int | str):
        raise control_invalid(file, "fix.value must be true, false, a whole number or a text.")
    strange = sorted(set(types) - set(asked_types))
    if strange:
        raise control_invalid(file, f"fix.types names types that the control is not asked of: {', '.join(strange)}.")
    return Fix(attribute, value, types)


def _lesson(file: Path, content: bytes) -> str:
    try:
        lesson = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise control_invalid(file, "it is not UTF-8 text.") from error
    if not lesson.startswith("# "):
        raise control_invalid(file, "a lesson begins with its title, as in `# Why`.")
    return lesson


def _digest(*contents: bytes) -> str:
    import hashlib

    digest = hashlib.sha256()
    for content in contents:
        # The length before each part: moving text from one file to the next is a change.
        digest.update(len(content).to_bytes(8, "big"))
        digest.update(content)
    return digest.hexdigest()
