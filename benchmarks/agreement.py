"""How often controls say what Checkov's own tests expect: `python benchmarks/agreement.py FOLDER --show 20`.

FOLDER is a set of cases with a `manifest.jsonl` (one JSON a line: framework, control, input_path, resource, expected).
A control answers for the ids that its `[equivalents]` name. Where several do, the worst answer counts, and no answer at
all counts as a pass, as from a scanner that prints failures only. `unknown` agrees with nothing but `unknown`. A peer's
expectation is an opinion: each difference is to be read, not to be bent to.
"""

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from pavior.adapters.readers.kubernetes import read_manifests
from pavior.adapters.readers.terraform_plan import read_plan
from pavior.adapters.readers.terraform_source import read_source_tolerantly
from pavior.content import load_controls
from pavior.kernel.errors import PaviorError
from pavior.kernel.verdicts import Outcome, Phase, Verdict
from pavior.policy.evaluation import evaluate
from pavior.policy.model import Control

_GRAVITY = (Outcome.ERRORED, Outcome.FAILED, Outcome.UNKNOWN, Outcome.PASSED)
_WORDS = {Outcome.FAILED: "fail", Outcome.PASSED: "pass", Outcome.UNKNOWN: "unknown", Outcome.ERRORED: "errored"}
_READ = ("kubernetes", "terraform", "terraform_plan")
_INDEX = re.compile(r"\[[^]]*\]$")
_MANIFESTS = (".json", ".yaml", ".yml")


def main() -> int:
    """Exit status 1 when nothing was compared."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--top120", action="store_true", help="Only the short list to cover first; all of it counts.")
    parser.add_argument("--control", help="Only this control of ours.")
    parser.add_argument("--show", type=int, default=0, help="Print so many differences.")
    asked = parser.parse_args()
    controls = [item for item in load_controls() if asked.control in (None, item.id)]
    ours = _by_their_id(controls)
    verdicts_of = cache(partial(_verdicts, tuple(controls)))
    counts: Counter[str] = Counter()
    by_id: dict[str, Counter[bool]] = defaultdict(Counter)
    unanswered: Counter[str] = Counter()
    shown = 0
    for row in _rows(asked.folder):
        if row["framework"] not in _READ or (asked.top120 and not row.get("top120")):
            continue
        if row["control"] not in ours:
            counts["without a control"] += 1
            unanswered[row["control"]] += 1
            continue
        verdicts = verdicts_of(asked.folder / row["input_path"], row["framework"])
        said = _answer(verdicts, row["resource"], ours[row["control"]])
        agrees = said == row["expected"]
        counts["agree" if agrees else "differ"] += 1
        by_id[row["control"]][agrees] += 1
        if not agrees and shown < asked.show:
            shown += 1
            sys.stdout.write(
                f"{row['control']} {row['input_path']} {row['resource']}: expected {row['expected']}, said {said}\n"
            )
    for name, numbers in sorted(by_id.items()):
        if numbers[False]:
            sys.stdout.write(f"{name} ({', '.join(ours[name])}): {numbers[True]} agree, {numbers[False]} differ\n")
    if asked.top120 and unanswered:
        sys.stdout.write(f"without a control, which counts as a difference: {', '.join(sorted(unanswered))}\n")
        counts["differ"] += unanswered.total()
    compared = counts["agree"] + counts["differ"]
    sys.stdout.write(f"{dict(counts)}; {counts['agree'] / max(compared, 1):.1%} of {compared} compared\n")
    return 0 if compared else 1


def _rows(folder: Path) -> Iterator[Mapping[str, Any]]:
    with (folder / "manifest.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _by_their_id(controls: list[Control]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for control in controls:
        for name in control.equivalents.get("checkov", ()):
            found[name].append(control.id)
    return {name: tuple(ids) for name, ids in found.items()}


def _answer(verdicts: tuple[Verdict, ...], resource: str, ids: tuple[str, ...]) -> str:
    said = {item.outcome for item in verdicts if item.control in ids and _is_of(item.subject, resource)}
    return next((_WORDS[outcome] for outcome in _GRAVITY if outcome in said), "pass")


def _is_of(subject: str, resource: str) -> bool:
    """Checkov also names the pods that a workload makes, as `Pod.NAMESPACE.WORKLOAD.LABEL`."""
    # It leaves out the folder of a stack, and names data sources without the word that says so, and by an address
    # without an index all of its instances.
    subject = subject.rpartition("//")[2]
    if resource in (subject, subject.removeprefix("data."), _INDEX.sub("", subject)):
        return True
    kind, _, rest = resource.partition(".")
    _, _, own = subject.partition(".")
    return kind == "Pod" and rest.count(".") > 1 and rest.startswith(f"{own}.")


def _verdicts(controls: tuple[Control, ...], path: Path, framework: str) -> tuple[Verdict, ...]:
    try:
        if framework == "kubernetes":
            found = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.suffix in _MANIFESTS)
            manifests = {str(file.relative_to(path.parent)): file.read_bytes() for file in found}
            return evaluate(read_manifests(manifests), controls, Phase.CODE).verdicts
        if path.suffix == ".json":
            return evaluate(read_plan(path.read_bytes()).graph, controls, Phase.PLAN).verdicts
        found = [path] if path.is_file() else sorted(path.rglob("*.tf"))
        base = path.parent if path.is_file() else path
        files = {file.relative_to(base).as_posix(): file.read_bytes() for file in found}
        graph = read_source_tolerantly(files, {}, frozenset(), is_lenient=True)
        return evaluate(graph, controls, Phase.CODE).verdicts
    except PaviorError as error:
        sys.stderr.write(f"{path}: {error}\n")
        return ()


if __name__ == "__main__":
    sys.exit(main())
