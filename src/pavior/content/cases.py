"""Tries controls on their own cases: inputs that pass, that fail, and of which nobody can tell. One way, for all.

cases/passes/ cases/fails/ cases/unknown/    .tf is source, .yaml are manifests, .json is a graph as Pavior stores it
cases/parameters.toml                        values for parameters, where the defaults do not show enough; optional
"""

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct, structs

from pavior.content.loading import control_invalid
from pavior.kernel.errors import InvalidError
from pavior.kernel.verdicts import Outcome, Phase, UnknownReason, Verdict
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Control
from pavior.policy.parameters import Parameter, accept, with_value
from pavior.resources.codec import decode_graph
from pavior.resources.model import GraphFormat, ResourceGraph

CASES_FOLDER, VALUES_FILE = "cases", "parameters.toml"
EXPECTED: Final[Mapping[str, Outcome]] = MappingProxyType(
    {"passes": Outcome.PASSED, "fails": Outcome.FAILED, "unknown": Outcome.UNKNOWN}
)
# A skeleton has fewer, and nobody explains anything in less.
FEWEST_WORDS: Final = 20
ENDINGS: Final = (".tf", ".yaml", ".json")
_PHASES: Final[Mapping[GraphFormat, Phase]] = MappingProxyType(
    {
        GraphFormat.TERRAFORM_PLAN: Phase.PLAN,
        GraphFormat.TERRAFORM_SOURCE: Phase.CODE,
        GraphFormat.KUBERNETES_MANIFEST: Phase.CODE,
        GraphFormat.STATE: Phase.LIVE,
        GraphFormat.LIVE: Phase.LIVE,
    }
)


class CaseReaders(Struct, frozen=True):
    """How cases are read.

    Args:
        read_source: Terraform by path, variables, and names of the sensitive ones, to a graph. Raises InvalidError.
        read_manifests: Kubernetes manifests by path to a graph.
    """

    read_source: Callable[[Mapping[str, bytes], Mapping[str, str], frozenset[str]], ResourceGraph]
    read_manifests: Callable[[Mapping[str, bytes]], ResourceGraph]


class CaseResult(Struct, frozen=True):
    """What one case gave.

    Args:
        file: Relative to the control's folder, as `cases/fails/open.tf`.
        expected: What every verdict must be.
        verdicts: Of this control about this case.
        problems: What is wrong, one sentence each; empty when the case is as it should be.
    """

    control: str
    file: str
    expected: Outcome
    verdicts: tuple[Verdict, ...]
    problems: tuple[str, ...]


class Trial(Struct, frozen=True):
    """All cases of one control.

    Args:
        lacks: What the folder should hold and does not, one sentence each.
    """

    control: str
    results: tuple[CaseResult, ...]
    lacks: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether nothing lacks and every case is as it should be."""
        return not self.lacks and all(not item.problems for item in self.results)


def try_control(folder: Path, control: Control, readers: CaseReaders) -> Trial:
    """Run every case in the control's folder.

    Raises:
        InvalidError: `control-invalid`, when `cases/parameters.toml` cannot be used.
    """
    values = _values(folder / CASES_FOLDER / VALUES_FILE)
    files = tuple(find_cases(folder))
    results = tuple(_try_case(folder, file, _valued(control, values, file), readers) for file in files)
    return Trial(control.id, results, tuple(_lacking(folder, files, control)))


def find_cases(folder: Path) -> Iterator[str]:
    """Each case below the control's folder, as `fails/open.tf`."""
    for kind in EXPECTED:
        place = folder / CASES_FOLDER / kind
        if place.is_dir():
            yield from (f"{kind}/{path.name}" for path in sorted(place.iterdir()) if path.suffix in ENDINGS)


def _lacking(folder: Path, files: tuple[str, ...], control: Control) -> Iterator[str]:
    written = [line for line in control.lesson.splitlines() if not line.startswith("#")]
    if len(" ".join(written).split()) < FEWEST_WORDS:
        yield "Its lesson is not written: say what goes wrong and what to do, in about three minutes' reading."
    for kind, outcome in EXPECTED.items():
        if not any(file.startswith(f"{kind}/") for file in files):
            yield f"There is no case that is {outcome.value}: write one into {CASES_FOLDER}/{kind}/."
    place = folder / CASES_FOLDER
    known = {f"{CASES_FOLDER}/{file}" for file in files} | {f"{CASES_FOLDER}/{VALUES_FILE}"}
    for path in sorted(place.rglob("*")) if place.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in known and "__pycache__" not in path.parts:
            yield f"{name} is no case: a case ends in {', '.join(ENDINGS)} and lies in {', '.join(EXPECTED)}."


def _try_case(folder: Path, file: str, control: Control, readers: CaseReaders) -> CaseResult:
    place = folder / CASES_FOLDER / file
    expected = EXPECTED[file.partition("/")[0]]
    shown = f"{CASES_FOLDER}/{file}"
    try:
        graph = _graph(place, readers)
    except (InvalidError, ValueError, KeyError, TypeError) as error:
        why = error.summary if isinstance(error, InvalidError) else f"it is no graph, {type(error).__name__}"
        return CaseResult(control.id, shown, expected, (), (f"It cannot be read: {why}",))
    evaluation = evaluate(graph, (control,), _PHASES[graph.format])
    problems = list(_problems(place, evaluation.verdicts, expected))
    if not evaluation.verdicts:
        untold = [item.why for item in evaluation.coverage.not_asked]
        found = f"the control looks at nothing in it: {control.view} means none of its {len(graph.resources)} resources"
        problems.append("; ".join(untold) or found)
    # Where none of its types occurs, a control is not even loaded.
    for verdict in evaluation.verdicts:
        subject = graph.find(verdict.subject)
        if control.types and subject is not None and subject.type not in control.types:
            problems.append(f"{control.view} does not say that it is had from {subject.type}")
    if expected is Outcome.UNKNOWN:
        problems += _late(graph, control)
    return CaseResult(control.id, shown, expected, evaluation.verdicts, tuple(problems))


def _graph(place: Path, readers: CaseReaders) -> ResourceGraph:
    if place.suffix == ".json":
        document = json.loads(place.read_text(encoding="utf-8"))
        if not isinstance(document, dict):
            raise ValueError(place.name)
        return decode_graph(document)
    if place.suffix == ".yaml":
        return readers.read_manifests({"manifest.yaml": place.read_bytes()})
    return readers.read_source({"main.tf": place.read_bytes()}, {}, frozenset())


def _problems(place: Path, verdicts: tuple[Verdict, ...], expected: Outcome) -> Iterator[str]:
    for verdict in verdicts:
        if verdict.outcome is not expected:
            told = f": {verdict.message}" if verdict.message else ""
            yield f"{verdict.subject} is {verdict.outcome.value}, not {expected.value}{told}"
        elif not verdict.message and expected is not Outcome.PASSED:
            yield f"{verdict.subject} is {expected.value}, and the rule does not say why"
        # Source has lines to point to.
        if verdict.position is None and place.suffix != ".json":
            yield f"{verdict.subject} has no line to point to"


def _late(graph: ResourceGraph, control: Control) -> Iterator[str]:
    """Only a plan may be told by the apply; source and cloud were not evaluated."""
    for phase in (Phase.CODE, Phase.LIVE):
        for verdict in evaluate(graph, (control,), phase).verdicts:
            if verdict.outcome is Outcome.UNKNOWN and verdict.reason is not UnknownReason.NOT_EVALUATED:
                yield f"{verdict.subject} waits for an apply in phase {phase.value}"


def _values(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise control_invalid(file, f"it is not TOML, {error}.") from error


def with_case_values(folder: Path, control: Control) -> Control:
    """The control with the values that hold for all its cases. Raises as `try_control`."""
    return _valued(control, _values(folder / CASES_FOLDER / VALUES_FILE), "")


def _valued(control: Control, values: Mapping[str, Any], file: str) -> Control:
    """The control with the values of the file: those at its top, then those under the name of the case."""
    own = values.get(file, {})
    given = {name: item for name, item in values.items() if not isinstance(item, dict)}
    given |= own if isinstance(own, dict) else {}
    if not given:
        return control
    declared = {item.name: item for item in control.parameters}
    place = Path(control.id.replace("-", "_")) / CASES_FOLDER / VALUES_FILE
    for name, item in given.items():
        if name not in declared:
            raise control_invalid(place, f"{control.id} has no parameter {name}.")
        declared[name] = _chosen(declared[name], item, place)
    return structs.replace(control, parameters=tuple(declared.values()))


def _chosen(parameter: Parameter, given: object, place: Path) -> Parameter:
    try:
        return with_value(parameter, accept(parameter, given), f"{CASES_FOLDER}/{VALUES_FILE}")
    except ValueError as error:
        raise control_invalid(place, f"{parameter.name} {error}.") from None
