"""The plan that Terraform shows, without what nobody may see; and whether one plan lies within another."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pavior.adapters.engines.masking import Mask, secret_texts
from pavior.adapters.engines.values import Json, Path
from pavior.kernel.errors import UnavailableError

_NOTHING = (["no-op"], ["read"])
# What is not about the plan itself: when it was made, and whether Terraform could go on.
_LEFT_OUT = ("timestamp", "applyable", "complete", "errored")


def read_shown(body: bytes) -> dict[str, Any]:
    """The document of `show -json`. Raises UnavailableError `engine-failed`."""
    try:
        shown = json.loads(body)
    except ValueError:
        shown = None
    if not isinstance(shown, dict):
        raise UnavailableError(
            "engine-failed", "The engine showed a plan that is no JSON.", fix="Try again; look at the run's log."
        )
    return shown


def masked(shown: Mapping[str, Any], key: bytes, known: Iterable[str]) -> dict[str, Any]:
    """The same plan; secrets are fingerprints, and marked as sensitive where Terraform marks.

    Args:
        known: Texts of secrets that are known beforehand, such as those of sensitive variables.
    """
    mask = Mask(key, frozenset({*known, *_secrets_in(shown)}))
    hidden = {name: value for name, value in shown.items() if name not in _LEFT_OUT}
    for part in ("variables", "configuration", "checks", "relevant_attributes"):
        if part in hidden:
            hidden[part] = mask.as_json(hidden[part], ())
    for part in ("planned_values", "prior_state"):
        if part in hidden:
            hidden[part] = _masked_values(hidden[part], mask)
    for part in ("resource_changes", "resource_drift"):
        if part in hidden:
            hidden[part] = [{**item, "change": _masked_change(item["change"], mask)} for item in hidden[part]]
    if "output_changes" in hidden:
        changes = hidden["output_changes"].items()
        hidden["output_changes"] = {name: _masked_change(change, mask) for name, change in changes}
    return hidden


def sensitive_paths(shown: Mapping[str, Any]) -> dict[str, tuple[Path, ...]]:
    """By address, what of a resource will be sensitive once the plan is applied."""
    found: dict[str, tuple[Path, ...]] = {}
    for item in shown.get("resource_changes", ()):
        paths = tuple(_marked(item["change"].get("after_sensitive")))
        if paths:
            found[item["address"]] = paths
    return found


def changes_in(plan: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """By address, each managed resource that would be changed."""
    return {
        item["address"]: item["change"]
        for item in plan.get("resource_changes", ())
        if item.get("mode") == "managed" and item["change"]["actions"] not in _NOTHING
    }


def why_not_within(now: Mapping[str, Any], approved: Mapping[str, Any], *, is_going_on: bool) -> str:
    """Why what would be done now is not within what people approved; empty when it is.

    Args:
        now: A masked plan.
        approved: The masked plan that people saw.
        is_going_on: Some of it was done already: what was made since is known now, and what was interrupted is
            made anew.
    """
    allowed = changes_in(approved)
    for address, change in changes_in(now).items():
        wanted = allowed.get(address)
        if wanted is None:
            return f"{address} would be changed too"
        is_made_anew = is_going_on and wanted["actions"] == ["create"] and "create" in change["actions"]
        if change["actions"] != wanted["actions"] and not is_made_anew:
            said, meant = (" and ".join(item["actions"]) for item in (change, wanted))
            return f"{address}: {said} instead of {meant}"
        if not is_going_on and not _is_same(change.get("before"), wanted.get("before")):
            return f"{address} is not as it was when the plan was made"
        if not _is_as_planned(change.get("after"), wanted.get("after"), wanted.get("after_unknown")):
            return f"{address} would become something else"
    return ""


def _is_same(one: Json, other: Json) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _is_as_planned(now: Json, wanted: Json, unknown: Json) -> bool:
    """Whether every value is the one that was planned; what was not known then may be anything."""
    if unknown is True:
        return True
    if isinstance(now, dict) and isinstance(wanted, dict):
        marks = unknown if isinstance(unknown, dict) else {}
        return all(
            _is_as_planned(now.get(name), wanted.get(name), marks.get(name)) for name in now.keys() | wanted.keys()
        )
    if isinstance(now, list) and isinstance(wanted, list) and len(now) == len(wanted):
        each = unknown if isinstance(unknown, list) and len(unknown) == len(now) else [None] * len(now)
        return all(_is_as_planned(*parts) for parts in zip(now, wanted, each, strict=True))
    return _is_same(now, wanted)


def _masked_change(change: Mapping[str, Any], mask: Mask) -> dict[str, Any]:
    found = dict(change)
    for side in ("before", "after"):
        if side not in found:
            continue
        paths = tuple(_marked(found.get(f"{side}_sensitive")))
        value = found[side]
        found[side] = mask.as_json(value, paths)
        found[f"{side}_sensitive"] = mask.marks(value, paths)
    return found


def _masked_values(part: Any, mask: Mask) -> Any:
    """`planned_values` and `prior_state`: modules within modules, each with resources; outputs beside them."""
    if isinstance(part, list):
        return [_masked_values(item, mask) for item in part]
    if not isinstance(part, dict):
        return mask.as_json(part, ())
    found = {}
    for name, value in part.items():
        if name == "values" and "sensitive_values" in part:
            found[name] = mask.as_json(value, tuple(_marked(part["sensitive_values"])))
        elif name == "sensitive_values":
            found[name] = mask.marks(part.get("values"), tuple(_marked(value)))
        elif name == "value" and "sensitive" in part:
            found[name] = mask.as_json(value, [()] if part["sensitive"] else ())
        else:
            found[name] = _masked_values(value, mask)
    return found


def _secrets_in(shown: Mapping[str, Any]) -> set[str]:
    """Texts at places that Terraform calls sensitive."""
    found: set[str] = set()
    changes = [item["change"] for part in ("resource_changes", "resource_drift") for item in shown.get(part, ())]
    for change in (*changes, *shown.get("output_changes", {}).values()):
        for side in ("before", "after"):
            found |= secret_texts(change.get(side), tuple(_marked(change.get(f"{side}_sensitive"))))
    return found


def _marked(marks: Json, path: Path = ()) -> Iterable[Path]:
    """Paths at which a tree of marks is true."""
    if marks is True:
        yield path
    elif isinstance(marks, dict):
        for name, mark in marks.items():
            yield from _marked(mark, (*path, name))
    elif isinstance(marks, list):
        for index, mark in enumerate(marks):
            yield from _marked(mark, (*path, index))
