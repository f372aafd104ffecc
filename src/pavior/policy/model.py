"""Controls and what follows from their verdicts. Pure values."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final

from msgspec import Struct

from pavior.kernel.verdicts import Outcome, Severity, UnknownReason, Verdict
from pavior.policy.basis import DecisionBasis
from pavior.policy.overriding import OverrideBasis
from pavior.policy.parameters import Parameter
from pavior.policy.risk_model import Risk
from pavior.resources.model import Skipped
from pavior.resources.views.facts import type_of

# Infrastructure code is where a developer fixes things, so what is typed there comes first.
PREFERRED_LANGUAGE: Final = "terraform"


def provider_prefix(subject: str) -> str:
    """How the type in an address begins, such as `azurerm`, which says whose it is; empty when it does not."""
    return _prefix_within(subject[: subject.rfind(".") + 1])


@lru_cache(maxsize=1024)
def _prefix_within(place: str) -> str:
    """The same of what stands before the name, in which resources by the thousand are alike."""
    prefix, mark, _ = type_of(f"{place}name").partition("_")
    return prefix if mark else ""


# How each language is called, the clouds that it can name, and how a text in it names one: by what the type of a
# resource begins with, or by the program of a command line.
_LANGUAGE_WORDS: Final = {
    "terraform": "Terraform",
    "cloudformation": "CloudFormation",
    "kubernetes": "Kubernetes manifest",
    "cli": "Command line",
}
_CLOUDS: Final = {
    "AWS": r"\baws_\w|(?m:^\s*aws\s)",
    "Azure": r"\bazurerm_\w|(?m:^\s*az\s)",
    "Google Cloud": r"\bgoogle_\w|(?m:^\s*(?:gcloud|gsutil|bq)\s)",
    "Kubernetes": r"\bkubernetes_\w|(?m:^\s*kubectl\s)",
}


class Level(StrEnum):
    """How hard a control is enforced in one environment; one axis, observe < warn < block."""

    OBSERVE = "observe"
    WARN = "warn"
    BLOCK = "block"


class RuleResult(Struct, frozen=True, gc=False):
    """What a rule says of one view. Build it with `passed()`, `failed()` and `unknown()`."""

    outcome: Outcome
    message: str = ""
    attribute: str = ""
    reason: UnknownReason | None = None
    # Address of the resource that decided, when it is not the view's own (a satellite); empty otherwise.
    decided_by: str = ""


class Remediation(Struct, frozen=True):
    """What to type. `language` is `terraform`, `cloudformation`, `kubernetes` or `cli`."""

    language: str
    text: str

    @property
    def label(self) -> str:
        """For people: the language and the clouds that the text names, as `Terraform for Azure`."""
        word = _LANGUAGE_WORDS.get(self.language, self.language)
        clouds = [name for name, pattern in _CLOUDS.items() if re.search(pattern, self.text)]
        return f"{word} for {', '.join(clouds)}" if clouds and self.language in ("terraform", "cli") else word


class Fix(Struct, frozen=True):
    """One literal attribute that makes a failing resource pass, written by itself when somebody asks for it.

    Only what a provider changes in place belongs here, never what it would delete a thing and make it anew for.

    Args:
        attribute: Of the resource's own block, such as `deletion_protection`.
        types: Resource types where it is called so and means so.
    """

    attribute: str
    value: bool | int | str
    types: tuple[str, ...]


class Control(Struct, frozen=True):
    """Something that must hold, stated once.

    Args:
        id: The identity carried all the way, lower-case words with hyphens; stable for ever.
        view: Name of the view in `resources.views` that the rule reads.
        types: Resource types that the view may be had from; empty when it may be any.
        risk: What goes wrong without it, in one or two plain sentences.
        default_level: Level where no environment says otherwise.
        levels: Environment name to level, such as `{"prod": Level.BLOCK}`.
        lesson: Markdown, about three minutes' reading.
        mappings: Framework to requirement ids, such as `{"nist-800-53": ("SC-28",)}`.
        equivalents: Scanner to its rule ids, such as `{"checkov": ("CKV_AWS_19",)}`.
        version: Digest of the control's folder and of the values chosen for its parameters, so that a Decision can name
            what it was made with.
        rule: From a view to a result; a pure function. The values of parameters, where there are some, come second.
        parameters: What may be chosen about it, with the values in force; `policy.parameters`.
        fix: What `pavior check --fix` writes; None when a person has to decide.
        owner: The team that decides about its waivers; empty where that is the role security.
        formerly: Ids that it had before. What was recorded under them is about this control.
    """

    id: str
    title: str
    view: str
    risk: str
    severity: Severity
    default_level: Level
    levels: Mapping[str, Level]
    remediations: tuple[Remediation, ...]
    lesson: str
    mappings: Mapping[str, tuple[str, ...]]
    equivalents: Mapping[str, tuple[str, ...]]
    version: str
    rule: Callable[..., RuleResult]
    parameters: tuple[Parameter, ...] = ()
    types: tuple[str, ...] = ()
    fix: Fix | None = None
    owner: str = ""
    formerly: tuple[str, ...] = ()

    @property
    def is_asked(self) -> bool:
        """Whether each of its parameters has a value; else nobody can ask it."""
        return all(item.value is not None for item in self.parameters)

    def fix_for(self, subject: str) -> Remediation:
        """What to type for this resource: the Terraform that names a type of its cloud, else the first Terraform.

        Args:
            subject: The resource's address. Where there is no Terraform at all, it is the first remediation.
        """
        preferred = [item for item in self.remediations if item.language == PREFERRED_LANGUAGE]
        prefix = provider_prefix(subject)
        of_its_cloud = (item for item in preferred if prefix and f"{prefix}_" in item.text)
        return next(of_its_cloud, next(iter(preferred), self.remediations[0]))


class NotLookedAt(Struct, frozen=True):
    """Infrastructure of one kind that was seen and that no control was asked about.

    Args:
        kind: Such as `cloudformation`; stable.
        count: How many there are, 1 or more.
        subjects: Each by its path or address, in order.
    """

    kind: str
    count: int
    why: str
    subjects: tuple[str, ...]


class Coverage(Struct, frozen=True):
    """What no control looked at. Part of every evaluation.

    Args:
        evaluated_types: Resource type to how many resources at least one control looked at.
        uncovered_types: Resource type to how many resources no control looked at.
        skipped: What the reader passed over.
        not_asked: Controls that were about something here and were not asked, each with why.
        uncovered_providers: Provider, such as `hashicorp/random`, to how many of its resources no control looked at.
        not_looked_at: Infrastructure of kinds that were not read, by kind.
    """

    evaluated_types: Mapping[str, int]
    uncovered_types: Mapping[str, int]
    skipped: tuple[Skipped, ...] = ()
    not_asked: tuple[Skipped, ...] = ()
    uncovered_providers: Mapping[str, int] = {}
    not_looked_at: tuple[NotLookedAt, ...] = ()


class Evaluation(Struct, frozen=True):
    """All verdicts of one evaluation. Empty input has no verdicts, and its outcome is unknown."""

    verdicts: tuple[Verdict, ...]
    coverage: Coverage


class Effect(StrEnum):
    """What one verdict does to the Decision."""

    PASS = "pass"  # noqa: S105 - the field's word, not a password
    OBSERVE = "observe"
    WARN = "warn"
    OBLIGATION = "obligation"
    WAIVED = "waived"
    OVERRIDDEN = "overridden"
    BLOCK = "block"


class LevelBasis(Struct, frozen=True):
    """Who says that a level holds, since when, and why.

    Args:
        id: Of the change of level, such as `L-3`.
        level: What it sets.
        scope: Where, in words, such as `prod` or `everywhere`.
        is_new_only: Whether what was there before `since` is only warned of.
    """

    id: str
    level: Level
    scope: str
    is_new_only: bool
    since: datetime
    proposer: str
    decided_by: str
    reason: str


class Ruling(Struct, frozen=True, gc=False):
    """One verdict, the level it met, and what came of it.

    Args:
        level_change: Id of the change of level that says so, which the Decision explains; empty when the control's
            folder does.
        is_spared: Whether that change blocks only what is new, and the subject was there before.
    """

    verdict: Verdict
    level: Level
    effect: Effect
    waiver_id: str = ""
    level_change: str = ""
    is_spared: bool = False


class DecisionOutcome(StrEnum):
    """What the gate says of a plan."""

    ALLOWED = "allowed"
    NEEDS_APPROVAL = "needs-approval"
    BLOCKED = "blocked"


class Decision(Struct, frozen=True):
    """The gate's answer to one plan in one environment at one instant.

    Args:
        approvals_required: How many persons other than the requester must approve.
        controls_digest: Digest over the ids and versions of all controls that were asked.
        reasons: Why approval is needed or the plan blocked, one sentence each, in order.
        risk: What it touches, weighed; decides how many must approve. None in what was decided before it was weighed.
        level_changes: Those that some ruling names, by number.
        override: What lets the rulings that say `overridden` past; None when none does.
        basis: What it can be made again from. None in what is not stored, or was stored before that was kept.
    """

    outcome: DecisionOutcome
    environment: str
    plan_digest: str
    controls_digest: str
    evaluated_at: datetime
    rulings: tuple[Ruling, ...]
    approvals_required: int
    reasons: tuple[str, ...]
    coverage: Coverage = Coverage({}, {})
    risk: Risk | None = None
    level_changes: tuple[LevelBasis, ...] = ()
    override: OverrideBasis | None = None
    basis: DecisionBasis | None = None

    def find_level_basis(self, ruling: Ruling) -> LevelBasis | None:
        """What set the level of a ruling; None when the control's folder did."""
        return next((item for item in self.level_changes if item.id == ruling.level_change), None)

    def with_effect(self, effect: Effect) -> tuple[Ruling, ...]:
        """The rulings with this effect."""
        return tuple(ruling for ruling in self.rulings if ruling.effect is effect)
