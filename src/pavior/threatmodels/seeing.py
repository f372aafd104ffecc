"""What a commit says of a service's threats: its model, what a draft sees beside it, and what both come to. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pavior.threatmodels.diff_telling import tell
from pavior.threatmodels.diffing import ModelDiff, diff_models
from pavior.threatmodels.digest import digest_of
from pavior.threatmodels.drafting_repository import Draft
from pavior.threatmodels.indexing import ModelIndex
from pavior.threatmodels.library_model import LibraryThreat
from pavior.threatmodels.merging import merge
from pavior.threatmodels.merging_threats import merge_threats
from pavior.threatmodels.model import Threat, ThreatModel
from pavior.threatmodels.reading import ThreatModelReading
from pavior.threatmodels.review_rules import (
    GAP_ADDED,
    MODEL_MISSING,
    MODEL_UNREADABLE,
    Reason,
    Rule,
    asks,
    reasons,
)

_MOST_PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """One commit.

    Args:
        model: As it was written; None where there is none, or none that can be read.
        problems: Why it cannot be read; empty where it can, or where there is none.
        whole: The model with what a draft found, and the threats of the library that apply; without a model, the
            draft alone.
        digest: Of the model and of the draft, in hex: what a sign-off is bound to. What neither of the two says, such
            as a comment, or a threat that is new in the library, does not change it.
        model_digest: Of the model alone; empty without one.
    """

    model: ThreatModel | None
    problems: tuple[str, ...]
    draft: Draft
    whole: ThreatModel
    digest: str
    model_digest: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """What one commit does to what another one says.

    Args:
        reasons: Why a security review is asked for; empty when none is.
        paragraph: In plain text on one line.
        threats: Those concerned, as the later commit has them, or as the earlier one had them.
    """

    diff: ModelDiff
    reasons: tuple[Reason, ...]
    paragraph: str
    threats: tuple[Threat, ...]

    @property
    def controls(self) -> tuple[str, ...]:
        """Ids of those that stop the threats concerned, in order."""
        return tuple(sorted({control for threat in self.threats for control in threat.controls}))


def see(reading: ThreatModelReading | None, body: bytes, draft: Draft, library: Sequence[LibraryThreat]) -> Seen:
    """What a commit says.

    Args:
        reading: Of its model file; None where it has none.
        body: That file.
    """
    model = None if reading is None else reading.model
    written = model or ThreatModel(draft.model.service, draft.model.scope)
    merged = merge(written, draft.model, is_complete=draft.is_complete)
    model_digest = "" if model is None else digest_of(model)
    # Nobody knows what a file says that cannot be read; another such file is another one.
    file_digest = model_digest or (hashlib.sha256(body).hexdigest() if reading is not None else "")
    # Stored for ever with sign-offs.
    told = "\n".join((file_digest, digest_of(draft.model), *(f"{item.subject}: {item.why}" for item in draft.not_read)))
    return Seen(
        model=model,
        problems=() if reading is None else reading.problems,
        draft=draft,
        whole=merge_threats(merged, library).model,
        digest=hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest(),
        model_digest=model_digest,
    )


def compare(before: Seen | None, after: Seen, rules: Sequence[Rule]) -> Proposed:
    """What `after` does to what `before` says, and why that needs a review.

    The drafts are compared as well: a person's word in the model does not hide what the source opens.
    """
    diff = diff_models(None if before is None else before.whole, after.whole)
    # Where neither has a model, their drafts are compared.
    had_model = before is not None and before.model is not None
    diff = replace(diff, has_before=had_model or after.model is None)
    drafted = diff_models(None if before is None else before.draft.model, after.draft.model)
    found = {item.rule: item for item in reasons(drafted, rules)}
    hidden = [item for rule, item in found.items() if rule not in {told.rule for told in reasons(diff, rules)}]
    found.update((item.rule, item) for item in reasons(diff, rules))
    extra = (*_missing(after, rules), *_unreadable(after, rules), *_gaps(before, after, rules))
    ordered = sorted((*found.values(), *extra), key=lambda item: [rule.id for rule in rules].index(item.rule))
    paragraph = " ".join([tell(diff), *(f"Seen in the source, and not in the model: {item.told}" for item in hidden)])
    paragraph = " ".join([paragraph, *(item.told for item in extra)])
    return Proposed(diff, tuple(ordered), paragraph, tuple(_concerned(diff, before, after, ordered)))


def _missing(after: Seen, rules: Sequence[Rule]) -> tuple[Reason, ...]:
    if after.model is not None or after.problems:
        return ()
    return asks(rules, MODEL_MISSING, {item.id: item.title for item in after.whole.elements if item.is_public})


def _unreadable(after: Seen, rules: Sequence[Rule]) -> tuple[Reason, ...]:
    return asks(rules, MODEL_UNREADABLE, {str(number): text for number, text in enumerate(after.problems)})


def _gaps(before: Seen | None, after: Seen, rules: Sequence[Rule]) -> tuple[Reason, ...]:
    known = set() if before is None else {(item.subject, item.why) for item in before.draft.not_read}
    new = [item for item in after.draft.not_read if (item.subject, item.why) not in known]
    return asks(rules, GAP_ADDED, {item.subject: item.subject for item in new})


def _concerned(diff: ModelDiff, before: Seen | None, after: Seen, asked: Iterable[Reason]) -> Iterable[Threat]:
    """Those that the reasons name, and those at the places that they name."""
    named = {place for reason in asked for place in reason.places}
    index = ModelIndex(after.whole)
    # A gap is named by its resource.
    named |= {item.id for item in after.whole.elements if not named.isdisjoint(item.resources)}
    places = {*named, *(item.id for item in index.elements_at(named))}
    gone = {item.id for item in diff.threats_removed}
    earlier = () if before is None else before.whole.threats
    yield from (item for item in after.whole.threats if item.id in named or not places.isdisjoint(item.places))
    yield from (item for item in earlier if item.id in gone & named)
