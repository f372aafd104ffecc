"""Keeping the threat model of a commit: as it was written, or what is wrong with it."""

from dataclasses import replace
from datetime import datetime

from pavior.catalog.model import Service
from pavior.kernel.errors import MissingError
from pavior.policy.model import Control
from pavior.storage.database import Transaction
from pavior.storage.masking import Masker
from pavior.threatmodels import model_store
from pavior.threatmodels.digest import digest_of
from pavior.threatmodels.masking import mask_model
from pavior.threatmodels.model import ThreatModel
from pavior.threatmodels.reading import THREAT_MODEL_FILE, check_threat_model, control_names
from pavior.threatmodels.standing_model import RecordedModel
from pavior.workflows.platform import Platform
from pavior.workflows.rename_controls import former_ids

_masker = Masker()


def read_model(
    body: bytes | None, *, service: str, commit: str, controls: tuple[Control, ...], now: datetime
) -> RecordedModel | None:
    """What a commit's file says; None when it has none. One that cannot be read, or of another service, says why."""
    if body is None:
        return None
    reading = check_threat_model(body, control_ids=control_names(controls), services=frozenset({service}))
    if reading.model is None:
        return RecordedModel(service, commit, "", now, False, None, _masker.mask(" ".join(reading.problems)))
    present = with_present_names(mask_model(reading.model), controls)
    return RecordedModel(service, commit, digest_of(reading.model), now, False, present)


def with_present_names(model: ThreatModel, controls: tuple[Control, ...]) -> ThreatModel:
    """The model with each control called as it is today: verdicts and waivers are."""
    present = former_ids(controls)
    return replace(
        model,
        threats=tuple(
            replace(threat, controls=tuple(dict.fromkeys(present.get(name, name) for name in threat.controls)))
            for threat in model.threats
        ),
    )


def deployed_model(
    platform: Platform, service: Service, commit: str, known: RecordedModel | None
) -> RecordedModel | None:
    """That of what is deployed, as it was recorded before, or else from the forge.

    What could not be read is read again: a control that it names may be there by now.
    """
    if known is None:
        return read_model_of_commit(platform, service, commit)
    if known.model is None:
        again = read_model_of_commit(platform, service, commit)
        return known if again is None else replace(again, is_latest=known.is_latest)
    return replace(known, model=with_present_names(known.model, platform.controls))


def read_model_of_commit(platform: Platform, service: Service, commit: str) -> RecordedModel | None:
    """As `read_model`, from the forge; None without a commit."""
    if not commit:
        return None
    now = platform.clock.now()
    try:
        body = platform.forge.read_file(service.repository, commit, THREAT_MODEL_FILE)
    except MissingError as error:
        # What is deployed goes on, whatever became of its commit; nobody knows any more what threatens it.
        return RecordedModel(service.name, commit, "", now, False, None, error.summary)
    return read_model(body, service=service.name, commit=commit, controls=platform.controls, now=now)


def record_main_model(transaction: Transaction, service: str, recorded: RecordedModel | None) -> None:
    """Main holds this one now; None when it holds none."""
    if recorded is None:
        model_store.forget_latest(transaction, service)
    else:
        model_store.record_model(transaction, replace(recorded, is_latest=True))
