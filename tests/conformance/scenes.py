"""Orders with a public bucket, live and in a Change, and one waiver; and what each surface says of it at an instant."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import structs
from tests.conformance import checks

from pavior.cli import waivers as cli
from pavior.environments import store as environments
from pavior.environments.model import EnvironmentStatus
from pavior.findings import store as findings
from pavior.findings.model import Finding
from pavior.identity.model import Actor, Role, Surface
from pavior.policy import store
from pavior.policy.attesting import prove
from pavior.policy.compliance import Framework, Requirement, RequirementState
from pavior.policy.model import Effect, Level
from pavior.policy.waiver_model import WaiverWish
from pavior.reports.compliance_view import Extent
from pavior.reports.pages import Pages
from pavior.resources.codec import encode_plan_reading
from pavior.testing.databases import a_database
from pavior.testing.memory_platform import BLOCK, BUCKET, PUBLIC_ACCESS, MemoryPlatform, a_stack
from pavior.testing.threat_builders import a_threat, a_threat_model
from pavior.threatmodels.digest import digest_of
from pavior.threatmodels.model import ThreatState
from pavior.threatmodels.model_store import record_model
from pavior.threatmodels.standing_model import RecordedModel
from pavior.threatmodels.store import list_in_environment
from pavior.web.handlers.environments import is_waived
from pavior.web.rendering import waiver_look
from pavior.workflows.check_proposal import CHECK_PROPOSAL, CheckProposal, take_pushes
from pavior.workflows.gate_plan import PlanGate
from pavior.workflows.rename_controls import follow_renamed_controls
from pavior.workflows.replay_golden_path import GoldenPathReplays
from pavior.workflows.running import as_workflow
from pavior.workflows.sign_levels import SignedLevels

ADA = Actor("ada", frozenset({Role.ADMIN}), frozenset(), Surface.CLI)
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
DAYS = 3
WISH = WaiverWish(PUBLIC_ACCESS, "orders/dev", "The pictures are public.", DAYS, subject=BUCKET, may_match_nothing=True)
FORMERLY = "bucket-is-private"
HOUR = timedelta(hours=1)
BLOCKED_CHANGE = "C-2"


@dataclass
class Scene:
    """One stage with its waiver, which was asked for at noon and, if it was approved, ends three days later.

    Args:
        proof: What the gate said an hour before that end.
        document: File with what a check fetched, `key` that with the public key, and `plan_file` what it checks.
    """

    stage: MemoryPlatform
    waiver_id: str
    end: datetime
    plan: bytes
    document: Path
    key: Path
    plan_file: Path
    proof: bytes = b""

    @property
    def pages(self) -> Pages:
        """As the surfaces have them."""
        it = self.stage.platform
        return Pages(it.database, it.clock, it.authoriser, it.forge, it.engines, it.vault, it.controls, it.golden_paths)

    def finding(self) -> Finding:
        """The bucket is public."""
        with self.stage.database.snapshot() as transaction:
            (found,) = findings.list_in_place(transaction, "orders", "orders/dev")
        return found


def a_scene(
    folder: Path, *, wish: Mapping[str, Any], came_of_it: str, control: str = "", signed: timedelta = -HOUR
) -> Scene:
    """Make it.

    Args:
        wish: What differs from a waiver of exactly the bucket in orders/dev.
        came_of_it: `requested`, `approved`, `denied`, `revoked`.
        control: The id under which it was recorded, when not the present one.
        signed: When the document for a check was signed, before the end of the waiver.
    """
    stage = MemoryPlatform(folder, a_database(folder))
    stage.create_orders()
    stage.cloud.of("orders/dev")[BLOCK]["block_public_acls"] = False
    with stage.database.transaction() as transaction:
        commit = environments.get_environment(transaction, "orders/dev").commit
        model = a_threat_model(a_threat(places=()))
        recorded = RecordedModel("orders", commit, digest_of(model), stage.clock.now(), is_latest=True, model=model)
        record_model(transaction, recorded)
    look(stage)
    stage.open(a_stack(is_public=True))
    with stage.database.transaction() as transaction:
        # A proposal is excused where every standing environment is: here that is one.
        prod = environments.get_environment(transaction, "orders/prod")
        environments.update_environment(transaction, replace(prod, status=EnvironmentStatus.DESTROYED))
    asker = stage.paul if wish.get("environment") == "*" else stage.mara
    waiver_id = stage.waivers.request_waiver(asker, structs.replace(WISH, **wish)).id
    if control:
        with stage.database.transaction() as transaction:
            store.rename_control(transaction, PUBLIC_ACCESS, control)
    if came_of_it == "denied":
        stage.waivers.deny_waiver(ADA, waiver_id, reason="No.")
    elif came_of_it != "requested":
        stage.waivers.approve_waiver(ADA, waiver_id)
    end = stage.clock.now() + timedelta(days=DAYS)
    if control == FORMERLY:
        (present,) = stage.platform.controls
        stage.platform = replace(stage.platform, controls=(structs.replace(present, formerly=(FORMERLY,)),))
        follow_renamed_controls(stage.platform)
    if came_of_it == "revoked":
        stage.clock.pass_by(HOUR)
        stage.waivers.revoke_waiver(ADA, waiver_id, reason="It was exploited.")
    reading = stage.plan(BLOCKED_CHANGE).reading
    plan = json.dumps(encode_plan_reading(reading), sort_keys=True).encode()
    scene = Scene(stage, waiver_id, end, plan, folder / "levels.json", folder / "key.pem", folder / "plan.json")
    scene.plan_file.write_bytes(plan)
    scene.key.write_bytes(KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    stage.clock.moment = end + signed
    levels = SignedLevels(stage.platform, KEY, "pavior.example.com")
    scene.document.write_text(levels.export_levels(stage.mara, "orders/dev"), encoding="utf-8")
    stage.clock.moment = end - HOUR
    scene.proof = PlanGate(stage.platform, KEY).gate_plan(stage.mara, "orders/dev", scene.plan).envelope.encode()
    return scene


def look(stage: MemoryPlatform) -> None:
    """At the cloud."""
    stage.drift.check_drift(stage.mara, "orders/dev")
    stage.runs.work()


def _plan_gate(scene: Scene, now: datetime) -> bool:
    decision = scene.stage.changes.ask_gate(scene.stage.mara, BLOCKED_CHANGE, now)
    return [item.waiver_id for item in decision.with_effect(Effect.WAIVED)] == [scene.waiver_id]


def _gate_of_others(scene: Scene, _: datetime) -> bool:
    gated = PlanGate(scene.stage.platform, KEY).gate_plan(scene.stage.mara, "orders/dev", scene.plan)
    return [item.waiver_id for item in gated.decision.with_effect(Effect.WAIVED)] == [scene.waiver_id]


def _signed_decision(scene: Scene, now: datetime) -> bool:
    return not prove(scene.proof, plan=scene.plan, key=KEY.public_key(), now=now).objections


def _proposal(scene: Scene, _: datetime) -> bool:
    stage = scene.stage
    check = as_workflow(stage.platform, CheckProposal(stage.platform), total=1)
    stage.runs.workflows = {**stage.runs.workflows, CHECK_PROPOSAL: check}
    # What every environment is called alike is known without a plan; each push is a commit of its own.
    body = a_stack(is_public=True, size=f"of {stage.branches}").replace(b"${environment}", b"dev")
    stage.branches += 1
    commit = stage.push(f"proposed-{stage.branches}", body)
    stage.forge.take_pushes = lambda: (("orders", f"proposed-{stage.branches}", commit),)  # type: ignore[method-assign] # nobody pushes to memory
    take_pushes(stage.platform)
    stage.runs.work()
    (told,) = [item for item in stage.forge.list_checks("orders", commit) if item.name == "pavior/controls"]
    return told.state == "passed" and scene.waiver_id in told.summary


def _finding(scene: Scene, now: datetime) -> bool:
    return scene.finding().is_waived(now)


def _finding_after_a_look(scene: Scene, now: datetime) -> bool:
    look(scene.stage)
    return scene.finding().is_waived(now)


def _threat(scene: Scene, now: datetime) -> bool:
    """As the look before judged it."""
    with scene.stage.database.snapshot() as transaction:
        (standing,) = list_in_environment(transaction, "orders/dev")
    assert standing.at(now).state in {ThreatState.ACCEPTED, ThreatState.OPEN}
    return standing.at(now).state is ThreatState.ACCEPTED


def _count_of_findings(scene: Scene, _: datetime) -> bool:
    (summary,) = scene.pages.list_controls(ADA)
    return summary.open_findings == 0


def _live_verdicts(scene: Scene, now: datetime) -> bool:
    view = scene.pages.get_environment(ADA, "orders/dev")
    (verdict,) = (verdict for _, verdicts in view.resources for verdict in verdicts)
    return is_waived(verdict, view, now)


def _replay(scene: Scene, _: datetime) -> bool:
    # What blocks now would be let go at a level that only warns; what is waived does not block.
    view = scene.pages.replay_control(ADA, PUBLIC_ACCESS, level=Level.WARN, environment="orders/dev")
    assert not view.not_read
    return not view.let_go


def _replay_of_a_path(scene: Scene, _: datetime) -> bool:
    (installed,) = scene.stage.platform.golden_paths.list()
    edited = scene.stage.folder / "edited"
    shutil.copytree(installed.folder, edited)
    (edited / "template" / "infra" / "stack.json").write_bytes(a_stack(is_public=True, size="{{ size }}"))
    view = GoldenPathReplays(scene.stage.platform).replay_golden_path(ADA, edited)
    assert (view.not_read, view.environments) == ((), 1)
    return not view.newly_stopped


def _requirement(scene: Scene, _: datetime) -> bool:
    own = Framework(
        "own", "Own", "1", "ours", "all of it", is_whole=True, requirements=(Requirement("1", "Closed", "", ()),)
    )
    controls = tuple(structs.replace(item, mappings={"own": ("1",)}) for item in scene.stage.platform.controls)
    pages = replace(scene.pages, controls=controls, frameworks=(own,))
    (requirement,) = pages.get_framework(ADA, "own", Extent(environment="orders/dev")).requirements
    assert requirement.state in {RequirementState.WAIVED, RequirementState.NOT_MET}
    return requirement.state is RequirementState.WAIVED


def _count_of_waivers(scene: Scene, _: datetime) -> bool:
    (summary,) = scene.pages.list_controls(ADA)
    return summary.active_waivers == 1


def _itself(scene: Scene, now: datetime) -> bool:
    waiver = scene.pages.get_waiver(ADA, scene.waiver_id)
    in_portal = waiver_look(waiver, now).word == "active"
    at_the_command_line = cli.state_word(waiver, now) == "approved"
    assert in_portal is at_the_command_line
    return in_portal


# A look at the cloud writes down what it saw, so it comes last.
PROBES: Mapping[str, Callable[[Scene, datetime], bool | None]] = {
    "plan gate": _plan_gate,
    "gate for plans of others": _gate_of_others,
    "signed Decision": _signed_decision,
    "proposal check": _proposal,
    **checks.PROBES,
    "finding": _finding,
    "count of open findings": _count_of_findings,
    "live verdicts": _live_verdicts,
    "replay of another level": _replay,
    "replay of a golden path": _replay_of_a_path,
    "requirement of a framework": _requirement,
    "count of waivers in force": _count_of_waivers,
    "the waiver itself": _itself,
    "finding after a new look": _finding_after_a_look,
    "threat after a new look": _threat,
}
