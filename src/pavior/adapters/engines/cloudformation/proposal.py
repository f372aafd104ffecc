"""What would change, in Terraform's words: the change set and our own comparison of two templates, together."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pavior.adapters.cloudformation.evaluating import SECRET, Evaluator, is_secret
from pavior.adapters.cloudformation.template import Template
from pavior.adapters.cloudformation.translating import Translated, translate
from pavior.adapters.engines.embedded.schema import changed
from pavior.adapters.engines.embedded.supported import PROVIDER, RESOURCE_TYPES
from pavior.adapters.engines.masking import Mask, find_sensitive, unknown_marks
from pavior.adapters.engines.values import Json, Path, canonical, has_unknown, walk
from pavior.kernel.errors import InvalidError
from pavior.resources.model import Action

# As AWS names such properties, and people their variables: MasterUserPassword, SecretString, DB_TOKEN.
_SECRET_NAME = re.compile(
    r"(?i)(?:password|passphrase|secret|secret_?string|token|private_?key|api_?key|credentials?)$"
)
_ACTIONS = {
    Action.NO_OP: ["no-op"],
    Action.CREATE: ["create"],
    Action.UPDATE: ["update"],
    Action.DELETE: ["delete"],
    Action.REPLACE: ["delete", "create"],
}


@dataclass(frozen=True, slots=True)
class Side:
    """One template with its parameters: as applied, or as proposed."""

    template: Template
    given: Mapping[str, str] = field(repr=False)
    secret_names: frozenset[str]
    pseudo: Mapping[str, str]
    path: str
    names: Mapping[str, str] = field(default_factory=dict)

    def require_decided(self) -> None:
        """Evaluate all of it once.

        Raises:
            InvalidError: `stack-invalid`; `stack-unsupported` where only AWS knows whether a resource is there: what
                may not be there must not count as if it were.
        """
        evaluator = self._evaluator(self.given)
        if undecided := evaluator.undecided():
            raise InvalidError(
                "stack-unsupported",
                f"{self.path}: only AWS knows whether {', '.join(undecided)} holds, and so which resources there are.",
                fix="Let the condition hang on parameters with values.",
                context={"path": self.path},
            )
        for _ in evaluator.resources():
            pass
        self.outputs()

    def items(self) -> dict[str, tuple[Translated, tuple[Path, ...]]]:
        """Every resource by address, with the paths in it that hang on a secret."""
        hidden = {item.address: item.values for item in translate(self._evaluator(self._tainted()))}
        return {
            item.address: (item, _sensitive(item.values, hidden.get(item.address, SECRET)))
            for item in translate(self._evaluator(self.given))
        }

    def fingerprints(self) -> dict[str, str]:
        """Logical id to a text that is equal when the resource is said alike, also where only AWS knows the value."""
        evaluator = Evaluator(
            self.template, self.given, self.pseudo, unresolved=_as_text, dynamic=_as_text, path=self.path
        )
        return {
            declared.logical_id: canonical([declared.type, properties])
            for declared, properties in evaluator.resources()
        }

    def outputs(self) -> dict[str, Json]:
        """Those whose value is known here: the sandbox cloud says none."""
        evaluator = self._evaluator(self.given)
        found = {name: evaluator.output(name) for name in self.template.outputs}
        return {name: value for name, value in found.items() if not has_unknown(value)}

    def secret_outputs(self) -> tuple[str, ...]:
        """Names of outputs that hang on a secret."""
        hidden = self._evaluator(self._tainted())
        return tuple(name for name in self.template.outputs if is_secret(hidden.output(name)))

    def _tainted(self) -> dict[str, Json]:
        return {name: SECRET if name in self.secret_names else value for name, value in self.given.items()}

    def _evaluator(self, given: Mapping[str, Json]) -> Evaluator:
        return Evaluator(self.template, given, self.pseudo, names=self.names, path=self.path)


def _sensitive(clear: Json, hidden: Json) -> tuple[Path, ...]:
    """Paths that hang on a secret, and those whose name says that they hold one: templates have no marks for it."""
    marked = (path for path, leaf in walk(hidden) if leaf == SECRET)
    named = (path for path, _ in walk(clear) if any(_SECRET_NAME.search(str(part)) for part in path))
    return tuple(dict.fromkeys((*find_sensitive(clear, hidden), *marked, *named)))


def _as_text(name: str) -> Json:
    return f"\x00{name}"


def actions_of(before: Side | None, after: Side | None, said: Mapping[str, tuple[str, str]]) -> dict[str, Action]:
    """By logical id. What only one of the two saw counts too; what may be replaced is told as replaced."""
    old, new = before.fingerprints() if before else {}, after.fingerprints() if after else {}
    found: dict[str, Action] = {}
    for name in dict.fromkeys([*new, *old, *said]):
        action, replacement = said.get(name, ("", ""))
        if action == "Add" or (name not in old and name in new):
            found[name] = Action.CREATE
        elif (name in old and name not in new) or action == "Remove":
            found[name] = Action.DELETE
        elif replacement in ("True", "Conditional"):
            found[name] = Action.REPLACE
        elif action in ("Modify", "Dynamic", "Import") or old.get(name) != new.get(name):
            found[name] = Action.UPDATE
        else:
            found[name] = Action.NO_OP
    return found


def write_plan(
    before: Side | None, after: Side | None, actions: Mapping[str, Action], mask: Mask, *, version: str
) -> bytes:
    """UTF-8 JSON in the form of Terraform's `show -json`, masked; equal proposals give equal bytes."""
    old, new = before.items() if before else {}, after.items() if after else {}
    changes = [_change(old.get(address), new.get(address), actions, mask) for address in sorted({*old, *new})]
    _show_every_update(changes, actions, {**old, **new})
    document = {
        "format_version": "1.2",
        "terraform_version": f"cloudformation-{version}",
        "planned_values": {"root_module": {"resources": [_shown(item, mask) for _, item in sorted(new.items())]}},
        "resource_changes": changes,
        "prior_state": {
            "format_version": "1.0",
            "terraform_version": f"cloudformation-{version}",
            "values": {"root_module": {"resources": [_shown(item, mask) for _, item in sorted(old.items())]}},
        },
        "configuration": {"root_module": {"resources": [_configured(item) for _, (item, _) in sorted(new.items())]}},
        "complete": True,
        "errored": False,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _head(item: Translated) -> dict[str, Json]:
    return {
        "address": item.address,
        "mode": "managed",
        "type": item.type,
        "name": item.name,
        "provider_name": PROVIDER,
    }


def _shown(pair: tuple[Translated, tuple[Path, ...]], mask: Mask) -> Json:
    item, sensitive = pair
    return {
        **_head(item),
        "schema_version": 0,
        "values": mask.as_json(item.values, sensitive),
        "sensitive_values": mask.marks(item.values, sensitive),
    }


def _configured(item: Translated) -> Json:
    expressions = {
        name: {"references": [text for address in addresses for text in (f"{address}.id", address)]}
        for name, addresses in item.references.items()
    }
    head = {name: value for name, value in _head(item).items() if name != "provider_name"}
    return {**head, "provider_config_key": "aws", "expressions": expressions, "schema_version": 0}


def _change(
    old: tuple[Translated, tuple[Path, ...]] | None,
    new: tuple[Translated, tuple[Path, ...]] | None,
    actions: Mapping[str, Action],
    mask: Mask,
) -> dict[str, Json]:
    item = (new or old or (None,))[0]
    if item is None:
        raise AssertionError("unreachable: an address is of one side at least")
    action = _action(old[0] if old else None, new[0] if new else None, actions.get(item.logical_id, Action.NO_OP))
    return {
        **_head(item),
        "change": {
            "actions": _ACTIONS[action],
            "before": None if old is None or action is Action.CREATE else mask.as_json(old[0].values, old[1]),
            "after": None if new is None else mask.as_json(new[0].values, new[1]),
            "after_unknown": unknown_marks(new[0].values) if new is not None and has_unknown(new[0].values) else {},
            "before_sensitive": False if old is None or action is Action.CREATE else mask.marks(old[0].values, old[1]),
            "after_sensitive": False if new is None else mask.marks(new[0].values, new[1]),
        },
    }


def _action(old: Translated | None, new: Translated | None, whole: Action) -> Action:
    if old is None or whole is Action.CREATE:
        return Action.CREATE
    if new is None or whole is Action.DELETE:
        return Action.DELETE
    if whole is Action.REPLACE:
        return Action.REPLACE
    if whole is Action.NO_OP or canonical(old.values) == canonical(new.values):
        return Action.NO_OP
    return Action.REPLACE if _needs_another(old, new) else Action.UPDATE


def _needs_another(old: Translated, new: Translated) -> bool:
    """Whether AWS cannot change it in place, as Terraform's provider has it: the sandbox cloud does not say."""
    kind = RESOURCE_TYPES.get(new.type)
    if kind is None:
        return False
    known = {name: item for name, item in kind.schema.items() if name in old.values and name in new.values}
    return any(kind.schema[name].forces_new for name in changed(known, old.values, new.values))


def _show_every_update(
    changes: list[dict[str, Json]],
    actions: Mapping[str, Action],
    items: Mapping[str, tuple[Translated, tuple[Path, ...]]],
) -> None:
    """What changes in a property that has no place in Terraform's words is told at the resource itself."""
    seen = {items[change["address"]][0].logical_id for change in changes if change["change"]["actions"] != ["no-op"]}
    for change in changes:
        logical_id = items[change["address"]][0].logical_id
        if actions.get(logical_id) is Action.UPDATE and logical_id not in seen:
            change["change"]["actions"] = ["update"]
            seen.add(logical_id)
