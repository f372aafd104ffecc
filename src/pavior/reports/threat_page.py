"""The threat model of one service: its picture, how its threats stand and why, and what changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pavior.catalog.model import Service
from pavior.catalog.ports import Forge
from pavior.kernel.errors import MissingError
from pavior.kernel.pages import PageRequest
from pavior.policy.model import Control
from pavior.reports.sight import Sight
from pavior.reports.threats import find_readable_service
from pavior.threatmodels import model_store, review_store
from pavior.threatmodels import store as threat_store
from pavior.threatmodels.condensing import is_too_large
from pavior.threatmodels.diff_telling import tell
from pavior.threatmodels.diffing import diff_models, with_removed
from pavior.threatmodels.digest import digest_of
from pavior.threatmodels.drawing import Shown, describe, draw
from pavior.threatmodels.model import Threat, ThreatModel, ThreatState
from pavior.threatmodels.reading import THREAT_MODEL_FILE, check_threat_model, control_names
from pavior.threatmodels.review_model import ThreatSignOff
from pavior.threatmodels.standing import worst
from pavior.threatmodels.standing_model import ThreatStanding, ThreatStep

# More on one page nobody reads; the rest is counted.
MOST_THREATS = 200
MOST_ROWS = 500
_LATEST_STEPS = 20


@dataclass(frozen=True, slots=True)
class ThreatRow:
    """One threat, and how it stands where something is deployed.

    Args:
        standings: By environment; empty where nobody judged it, which is no kind of mitigated.
        places: Titles of where it could happen, by id.
    """

    threat: Threat
    standings: tuple[ThreatStanding, ...]
    places: Mapping[str, str]

    @property
    def state(self) -> ThreatState:
        """The worst of its environments."""
        return worst(item.state for item in self.standings)


@dataclass(frozen=True, slots=True)
class ThreatPage:
    """What the page of one model shows.

    Args:
        service: Its name.
        title: What it is called; empty where it has no other name.
        team: Who owns it; empty where that is not known.
        commit: In which the model lies; empty where that is not known.
        model: None when there is none, or it cannot be read.
        problems: Why it cannot be read, each with its line; empty when it can, or when there is none.
        digest: Of the model; empty when there is none.
        rows: The worst first; at most `MOST_THREATS`.
        left_out: How many threats are not among the rows.
        counts: How many threats stand how, over all of them; every state is there.
        gone: How threats stand that what is deployed still has, and this model does not.
        steps: The latest changes of state.
        titles: Of elements and flows, by id.
        threats_at: Ids of threats, by element and flow.
        most_rows: How many elements, and flows, the page lists.
        is_condensed: Whether its picture is by boundaries, because it is too large.
        told: The picture in words.
        sign_off: The latest one; None when nobody ever signed a model of this service off.
        signed: The model that was signed off, where main held it and it was another one.
        since_told: What changed since then, in a paragraph; empty when nothing did, or nobody knows.
    """

    service: str
    title: str
    team: str
    commit: str
    model: ThreatModel | None
    problems: tuple[str, ...] = ()
    digest: str = ""
    rows: tuple[ThreatRow, ...] = ()
    left_out: int = 0
    counts: Mapping[ThreatState, int] = field(default_factory=dict)
    gone: tuple[ThreatStanding, ...] = ()
    steps: tuple[ThreatStep, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    boundary_titles: Mapping[str, str] = field(default_factory=dict)
    asset_titles: Mapping[str, str] = field(default_factory=dict)
    threats_at: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_condensed: bool = False
    told: str = ""
    most_rows: int = MOST_ROWS
    sign_off: ThreatSignOff | None = None
    signed: ThreatModel | None = None
    since_told: str = ""

    @property
    def is_signed_off(self) -> bool:
        """Whether exactly this model was."""
        return self.sign_off is not None and self.digest != "" and self.sign_off.model_digest == self.digest


def read_threat_page(sight: Sight, name: str, *, forge: Forge, controls: tuple[Control, ...]) -> ThreatPage:
    """Raises MissingError `service-missing`."""
    service = find_readable_service(sight, name)
    commit, model, problems = _read_model(sight, service, forge, controls)
    steps = threat_store.list_steps(sight.tx, PageRequest(size=_LATEST_STEPS), service=name).items
    standings = threat_store.list_of_service(sight.tx, name, sight.now)
    if model is None:
        return ThreatPage(name, service.title, service.team, commit, None, problems, gone=standings, steps=steps)
    sign_off, signed = _signed_off(sight, name)
    page = show_model(model, standings, steps, sign_off=sign_off, signed=signed)
    return replace(page, service=name, title=service.title, team=service.team, commit=commit)


def show_model(
    model: ThreatModel,
    standings: tuple[ThreatStanding, ...] = (),
    steps: tuple[ThreatStep, ...] = (),
    *,
    sign_off: ThreatSignOff | None = None,
    signed: ThreatModel | None = None,
) -> ThreatPage:
    """The page of a model that can be read, as far as that tells. Pure."""
    rows = _rows(model, standings)
    digest = digest_of(model)
    # What was recorded is masked, so that the digest alone tells whether it is the same.
    changed = signed if sign_off is not None and sign_off.model_digest != digest else None
    known = {threat.id for threat in model.threats}
    return ThreatPage(
        service=model.service,
        title="",
        team="",
        commit="",
        model=model,
        digest=digest,
        rows=rows[:MOST_THREATS],
        left_out=max(len(rows) - MOST_THREATS, 0),
        counts={state: sum(row.state is state for row in rows) for state in ThreatState},
        gone=tuple(item for item in standings if item.threat not in known),
        steps=steps,
        titles=_titles(model),
        boundary_titles={item.id: item.title for item in model.boundaries},
        asset_titles={item.id: item.title for item in model.assets},
        threats_at=_threats_at(row.threat for row in rows),
        is_condensed=is_too_large(model),
        told=describe(model),
        sign_off=sign_off,
        signed=changed,
        since_told="" if changed is None else tell(diff_models(changed, model)),
    )


def draw_threat_page(page: ThreatPage, *, is_standalone: bool) -> str:
    """Its picture; in the page, elements lead to their rows.

    Raises MissingError `threat-model-missing`, UnavailableError `layout-too-long`.
    """
    if page.model is None:
        raise no_model(page.service)
    changed = {} if page.signed is None else diff_models(page.signed, page.model).marks()
    shown = Shown(
        marks=changed,
        states={row.threat.id: row.state for row in page.rows},
        links={} if is_standalone else {item.id: f"#element-{item.id}" for item in page.model.elements},
    )
    return draw(with_removed(page.signed, page.model), shown, is_standalone=is_standalone)


def no_model(service: str) -> MissingError:
    """That there is none to draw or to print."""
    return MissingError(
        "threat-model-missing",
        f"{service} has no threat model that can be read.",
        fix="Draft one with: pavior threat draft --write; or see what is wrong with: pavior threat lint.",
    )


def _signed_off(sight: Sight, name: str) -> tuple[ThreatSignOff | None, ThreatModel | None]:
    """The latest one after which nobody asked for changes to that model, and the model, where main held it."""
    refused: set[str] = set()
    latest = None
    for item in review_store.list_sign_offs(sight.tx, name):
        if not item.is_agreed:
            refused.add(item.model_digest)
        elif item.model_digest and item.model_digest not in refused:
            latest = item
            break
    recorded = None if latest is None else model_store.model_of_digest(sight.tx, name, latest.model_digest)
    return latest, None if recorded is None else recorded.model


def _read_model(
    sight: Sight, service: Service, forge: Forge, controls: tuple[Control, ...]
) -> tuple[str, ThreatModel | None, tuple[str, ...]]:
    """The commit, the model of main as it is now, and what is wrong with it; the recorded one elsewhere."""
    if service.is_adopted:
        recorded = model_store.latest_model(sight.tx, service.name)
        if recorded is None:
            return "", None, ()
        return recorded.commit, recorded.model, (recorded.problem,) if recorded.problem else ()
    head = forge.head(service.repository)
    body = forge.read_file(service.repository, head, THREAT_MODEL_FILE)
    if body is None:
        return head, None, ()
    reading = check_threat_model(body, control_ids=control_names(controls))
    return head, reading.model, reading.problems


def _rows(model: ThreatModel, standings: tuple[ThreatStanding, ...]) -> tuple[ThreatRow, ...]:
    of_threat: dict[str, list[ThreatStanding]] = {}
    for item in standings:
        of_threat.setdefault(item.threat, []).append(item)
    titles = _titles(model)
    rows = [
        ThreatRow(
            threat=threat,
            standings=tuple(of_threat.get(threat.id, ())),
            places={place: titles.get(place, place) for place in threat.places},
        )
        for threat in model.threats
    ]
    order = list(ThreatState)
    return tuple(sorted(rows, key=lambda row: (order.index(row.state), -row.threat.severity.rank, row.threat.title)))


def _titles(model: ThreatModel) -> Mapping[str, str]:
    elements = {item.id: item.title for item in model.elements}
    flows = {
        flow.id: f"{elements[flow.source]} → {elements[flow.target]}" + (f": {flow.title}" if flow.title else "")
        for flow in model.flows
    }
    return elements | flows


def _threats_at(threats: Iterable[Threat]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for threat in threats:
        for place in threat.places:
            found.setdefault(place, []).append(threat.id)
    return {place: tuple(ids) for place, ids in found.items()}
