"""What a proposal does to a service's threats, and the security review that it asks for; see decision 31."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pavior.audit.model import Event
from pavior.audit.service import record
from pavior.catalog.model import Service
from pavior.catalog.ports import Author, CommitCheck
from pavior.identity import store as identity
from pavior.identity.model import Actor, Surface, person_behind, the_platform
from pavior.kernel.errors import MissingError
from pavior.kernel.verdicts import Phase
from pavior.policy.evaluation import evaluate
from pavior.storage.database import Transaction
from pavior.threatmodels import review_store as store
from pavior.threatmodels.diffing import with_removed
from pavior.threatmodels.drafting_repository import DESCRIBING_FILES, draft_repository
from pavior.threatmodels.foreseeing import opened_by_source, tell_opened
from pavior.threatmodels.masking import mask_model
from pavior.threatmodels.model import ThreatModel
from pavior.threatmodels.reading import THREAT_MODEL_FILE, check_threat_model, control_names
from pavior.threatmodels.review_model import ReviewState, ThreatLook, ThreatReview
from pavior.threatmodels.review_rules import Rule
from pavior.threatmodels.seeing import Proposed, Seen, compare, see
from pavior.workflows.platform import Platform, infrastructure_files

THREAT_REVIEW_CHECK = "pavior/threat-review"
_CHECK_STATES = {
    ReviewState.ASKED: "pending",
    ReviewState.CHANGES_ASKED: "failed",
    ReviewState.SIGNED_OFF: "passed",
    ReviewState.NOT_REQUIRED: "passed",
    ReviewState.WITHDRAWN: "passed",
}
_MOST_CHARACTERS = 600


@dataclass(frozen=True, slots=True)
class Pushed:
    """A commit of a branch, as it lies in a folder."""

    service: Service
    branch: str
    commit: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Tree:
    """What the tree in a folder says of the service's threats.

    Args:
        opens: Ids of the threats that a control of its source leaves open, to why. What is not deployed stops nothing
            yet, so nothing is called mitigated by it.
    """

    seen: Seen
    opens: Mapping[str, str]


def see_folder(platform: Platform, service: Service, folder: Path) -> Tree:
    """Read it. What cannot be read is said, never left out."""
    source = platform.read_source_tolerantly(infrastructure_files(folder), {}, frozenset())
    there = {name: (folder / name).read_bytes() for name in DESCRIBING_FILES if (folder / name).is_file()}
    draft = draft_repository([source], there, fallback_name=service.name)
    file = folder / THREAT_MODEL_FILE
    body = file.read_bytes() if file.is_file() else b""
    names = control_names(platform.controls)
    # A model of another service says nothing of this one: it is read as `read_model` will once main holds it.
    own = frozenset({service.name})
    reading = check_threat_model(body, control_ids=names, services=own) if file.is_file() else None
    seen = see(reading, body, draft, platform.library)
    return Tree(seen, opened_by_source(seen.whole, evaluate(source, platform.controls, Phase.CODE).verdicts))


def look_at_proposal(platform: Platform, pushed: Pushed, owner: str) -> ThreatReview | None:
    """Compare a commit of a branch with main, ask for a review when the rules say so, and keep both.

    Args:
        owner: Unique among what runs.

    Returns:
        The review of the branch as it stands now; None where main holds that commit already, or where the branch has
        moved on and its newest commit is looked at by itself.
    """
    forge, service = platform.forge, pushed.service
    base = forge.head(service.repository)
    if forge.is_ancestor(service.repository, pushed.commit, base):
        return None
    with platform.checkout(service.repository, base, f"{owner}-main") as folder:
        there = see_folder(platform, service, folder)
    tree = see_folder(platform, service, pushed.folder)
    after = tree.seen
    proposed = compare(there.seen, after, platform.review_rules)
    opened = tell_opened(there.opens, tree.opens)
    now = platform.clock.now()
    look = ThreatLook(
        service=service.name,
        commit=pushed.commit,
        base=base,
        rules=_digest_of(platform.review_rules),
        digest=after.digest,
        is_required=bool(proposed.reasons),
        looked_at=now,
    )
    try:
        proposal = forge.get_proposal(service.repository, pushed.branch)
        head, author = proposal.commit, proposal.author
    except MissingError:
        head, author = "", Author("", "")
    with platform.database.transaction() as transaction:
        store.write_look(transaction, look)
        if head != pushed.commit:
            return None
        known = store.find_of_branch(transaction, service.name, pushed.branch)
        authors = find_authors(transaction, author)
        review = _renewed(platform, transaction, known, pushed, after, proposed, authors)
        review = replace(review, paragraph=platform.mask(f"{review.paragraph} {opened}".rstrip()))
        written = store.write_review(transaction, review)
        if written.reasons:
            store.write_picture(transaction, written.id, _drawn(there.seen, after), proposed.diff.marks())
        if written.state is ReviewState.ASKED and (
            known is None or known.digest != written.digest or not known.is_open
        ):
            record(transaction, review_event(the_platform(Surface.WORKER), written, "threat.review-asked", now), now)
    return written


def _drawn(before: Seen, after: Seen) -> ThreatModel:
    """What the picture shows: also what the branch takes away."""
    return mask_model(with_removed(before.whole, after.whole))


def _digest_of(rules: Sequence[Rule]) -> str:
    return hashlib.sha256(repr(tuple(rules)).encode()).hexdigest()


def find_authors(transaction: Transaction, author: Author) -> tuple[str, ...]:
    """Whom a commit names as its author: people of that name or address, or else the name as it stands there."""
    names = (person_behind(author.name), author.email.partition("@")[0])
    people = [item for item in identity.list_people(transaction) if {item.name, item.display_name} & {*names}]
    return tuple(dict.fromkeys(item.name for item in people)) or tuple(name for name in names[:1] if name)


def _renewed(  # noqa: PLR0917 - of one branch, in the order of what came before what
    platform: Platform,
    transaction: Transaction,
    known: ThreatReview | None,
    pushed: Pushed,
    after: Seen,
    proposed: Proposed,
    authors: tuple[str, ...],
) -> ThreatReview:
    """The review as it stands after this commit. What was signed off stays so while its digest stays."""
    now = platform.clock.now()
    is_same = known is not None and known.digest == after.digest and known.state is not ReviewState.WITHDRAWN
    waiting = known is not None and known.state is ReviewState.ASKED
    fresh = ThreatReview(
        id=known.id if known else "",
        service=pushed.service.name,
        branch=pushed.branch,
        commit=pushed.commit,
        digest=after.digest,
        model_digest=after.model_digest,
        state=ReviewState.ASKED if proposed.reasons else ReviewState.NOT_REQUIRED,
        reasons=tuple(replace(item, told=platform.mask(item.told)) for item in proposed.reasons),
        paragraph=platform.mask(proposed.paragraph),
        controls=proposed.controls,
        authors=tuple(dict.fromkeys((*(known.authors if known else ()), *authors))),
        # Who waits goes on waiting when something else is pushed.
        asked_at=known.asked_at if known is not None and waiting else now,
    )
    if not proposed.reasons:
        return fresh
    if known is not None and is_same and known.state is not ReviewState.NOT_REQUIRED:
        return replace(
            fresh,
            state=known.state,
            asked_at=known.asked_at,
            decided_by=known.decided_by,
            decided_at=known.decided_at,
            decision_reason=known.decision_reason,
        )
    latest = next(iter(store.list_sign_offs(transaction, fresh.service, digest=after.digest)), None)
    if latest is None:
        return fresh
    return replace(
        fresh,
        state=ReviewState.SIGNED_OFF if latest.is_agreed else ReviewState.CHANGES_ASKED,
        asked_at=min(fresh.asked_at, latest.at),
        decided_by=latest.by,
        decided_at=latest.at,
        decision_reason=latest.reason,
    )


def review_event(actor: Actor, review: ThreatReview, verb: str, now: datetime) -> Event:
    """Something happened to a review just now."""
    return Event(
        verb=verb,
        actor=actor.id,
        surface=actor.surface.value,
        subject=f"threat-review:{review.service}/{review.id}",
        service=review.service,
        started_at=now,
        ended_at=now,
        details={
            "branch": review.branch,
            "commit": review.commit,
            "digest": review.digest,
            "rules": [item.rule for item in review.reasons],
            "reason": review.decision_reason,
        },
    )


def review_check(platform: Platform, review: ThreatReview | None, link: str = "") -> CommitCheck:
    """What stands beside the commit."""
    if review is None:
        return CommitCheck(THREAT_REVIEW_CHECK, "passed", "Main holds it already, or the branch has moved on.", link)
    told = {
        ReviewState.ASKED: f"{review.id} is asked of {reviewers(platform, review)}. ",
        ReviewState.CHANGES_ASKED: f"{review.decided_by} asked for changes: {review.decision_reason} ",
        ReviewState.SIGNED_OFF: f"{review.decided_by} signed it off. ",
        ReviewState.NOT_REQUIRED: "No review is needed. ",
        ReviewState.WITHDRAWN: "The review was withdrawn. ",
    }
    summary = f"{told[review.state]}{review.paragraph}"
    if len(summary) > _MOST_CHARACTERS:
        summary = f"{summary[: _MOST_CHARACTERS - 1]}\N{HORIZONTAL ELLIPSIS}"
    return CommitCheck(THREAT_REVIEW_CHECK, _CHECK_STATES[review.state], summary, f"/threats/reviews/{review.id}")


def reviewers(platform: Platform, review: ThreatReview) -> str:
    """Who may sign it off, in words: the teams that own the controls concerned, and the role security."""
    teams = sorted({team for control in review.controls if (team := platform.owner_of(control))})
    return ", ".join([*(f"team {team}" for team in teams), "the role security"])
