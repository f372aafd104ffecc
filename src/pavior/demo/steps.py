"""The seven steps of the road. Each does what a person would do, through their doors, and checks what came of it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pavior.adapters.process import run
from pavior.demo.data_folder import copy_data_folder, edit_event, verify_audit_log
from pavior.demo.stage import DEV, GOLDEN_PATH, PROD, SERVICE, TEAM, DemoFailedError, Stage
from pavior.environments.model import ChangeStatus, EnvironmentStatus
from pavior.kernel.errors import ForbiddenError
from pavior.kernel.pages import PageRequest
from pavior.kernel.verdicts import Outcome
from pavior.policy.model import DecisionOutcome, Effect, Level, Ruling
from pavior.policy.rendering import denials
from pavior.policy.waiver_model import WaiverWish
from pavior.runs.model import RunState

PUBLIC_ACCESS = "object-storage-no-public-access"
ENCRYPTION = "object-storage-encrypted-with-own-key"
WAIVER_DAYS = 7
_BUCKET = "aws_s3_bucket.files"
_ACCESS_BLOCK = "aws_s3_bucket_public_access_block.files"
_BRANCH = "open-the-bucket"
_GIT_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step shows: one line, and where to look at it in the portal."""

    result: str
    link: str


def create_service(stage: Stage) -> StepResult:
    """A developer makes a service by herself."""
    application, developer = stage.application, stage.cast.developer
    parameters = {
        "name": SERVICE,
        "team": TEAM,
        "title": "Orders",
        "description": "Takes orders and keeps them.",
        "data_class": "confidential",
    }
    preview = application.creation.preview_service(developer, GOLDEN_PATH, parameters)
    stage.expect(preview.decision.outcome is DecisionOutcome.ALLOWED, "a preview that is allowed", preview.decision)
    run = stage.wait_for_run(application.creation.create_service(developer, GOLDEN_PATH, parameters).id)
    stage.expect(run.state is RunState.SUCCEEDED, "creation to succeed", f"{run.error_code} {run.error_message}")
    clone = _clone(stage)
    wanted = ("infra/main.tf", "threatmodel.yaml", "objectives.yaml", "catalog-info.yaml", "docs", ".github", "tests")
    missing = [name for name in wanted if not (clone / name).exists()]
    stage.expect(not missing, "app, tests, CI, infra, threat model, objectives, catalog entry, docs", f"no {missing}")
    view = application.pages.get_service(developer, SERVICE)
    stage.expect(view.service.team == TEAM, f"{TEAM} to own it", view.service.team)
    stage.expect(bool(view.entities), "an entry in the catalog", "none")
    files = sum(1 for path in clone.rglob("*") if path.is_file() and ".git" not in path.parts)
    return StepResult(f"{SERVICE} of {TEAM}: {files} files in the forge, in the catalog", f"/services/{SERVICE}")


def deploy_to_dev(stage: Stage) -> StepResult:
    """What was created is planned, gated, applied and verified without anybody's help."""
    change = stage.wait_for_change(stage.newest_change(DEV).id)
    stage.expect(change.status is ChangeStatus.VERIFIED, "the first Change to be verified", _told(change))
    plan = stage.application.pages.get_change(stage.cast.developer, change.id).plan
    if plan is None:
        raise AssertionError
    rulings = [ruling for ruling in plan.decision.rulings if ruling.effect is not Effect.OBLIGATION]
    # What is only observed demands nothing yet.
    observed = {ruling.verdict.control for ruling in rulings if ruling.level is Level.OBSERVE}
    outcomes = {ruling.verdict.outcome for ruling in rulings if ruling.level is not Level.OBSERVE}
    stage.expect(outcomes == {Outcome.PASSED}, "all controls passed", sorted(outcomes))
    environment = stage.application.pages.get_environment(stage.cast.developer, DEV)
    found = [verdict for _, verdicts in environment.resources for verdict in verdicts]
    live = [verdict.outcome for verdict in found if verdict.control not in observed]
    stage.expect(set(live) == {Outcome.PASSED}, "all controls passed on what is there", sorted(set(live)))
    count = len(environment.resources)
    return StepResult(f"{count} resources applied and verified, {len(live)} verdicts passed", f"/changes/{change.id}")


def open_the_bucket(stage: Stage) -> StepResult:
    """A change that opens the bucket and drops its encryption is blocked, and says why."""
    clone = _clone(stage)
    _edit(clone, _without_public_access_block, _without_encryption)
    _push(clone, _BRANCH, "Serve files straight from the bucket")
    opened = stage.application.changes.open_change(stage.cast.developer, DEV, branch=_BRANCH)
    change = stage.wait_for_change(opened.id)
    stage.expect(change.status is ChangeStatus.BLOCKED, "the Change to be blocked", _told(change))
    plan = stage.application.pages.get_change(stage.cast.developer, change.id).plan
    if plan is None:
        raise AssertionError
    known = stage.application.pages.controls_by_id(stage.cast.developer)
    shown = denials(plan.decision, tuple(known.values()))
    by_control = {denial.control: denial for denial in shown}
    stage.expect({PUBLIC_ACCESS, ENCRYPTION} <= set(by_control), "both controls to deny it", sorted(by_control))
    for denial in shown:
        stage.expect(bool(denial.position and denial.risk and denial.fix), "where, why and the fix", denial)
        stage.progress(f"{denial.control}: {denial.subject} at {denial.position}")
    return StepResult(f"blocked by {', '.join(sorted(by_control))}", f"/changes/{change.id}")


def waive_one(stage: Stage) -> StepResult:
    """Security waives one for dev, the other is fixed; production refuses that, and takes the compliant commit."""
    application, cast = stage.application, stage.cast
    blocked = stage.newest_change(DEV)
    ruling = _blocking(stage, blocked.id, PUBLIC_ACCESS)
    waiver = application.waivers.request_waiver(
        cast.developer,
        WaiverWish(
            control=PUBLIC_ACCESS,
            environment=DEV,
            subject=ruling.verdict.subject,
            reason="The public catalogue pictures are served from here until the CDN is ready.",
            measures="The bucket holds nothing but those pictures.",
            days=WAIVER_DAYS,
            change_id=blocked.id,
        ),
    )
    try:
        application.waivers.approve_waiver(cast.developer, waiver.id)
    except ForbiddenError as refusal:
        stage.progress(f"{refusal.code}: {refusal.summary}")
    else:
        stage.expect(False, "approving one's own waiver to be refused", "it was approved")
    application.waivers.approve_waiver(cast.security, waiver.id, reason="Pictures only, for a week.")
    clone = stage.work_folder / "clone"
    _git(clone, "checkout", "-q", "origin/main", "--", "infra")
    _edit(clone, _without_public_access_block)
    _push(clone, _BRANCH, "Keep the files encrypted with our key")
    change = stage.wait_for_change(application.changes.open_change(cast.developer, DEV, branch=_BRANCH).id)
    stage.expect(change.status is ChangeStatus.VERIFIED, "the waived Change to be applied", _told(change))

    waived_commit = change.commit
    refused = stage.wait_for_change(application.changes.open_change(cast.developer, PROD, commit=waived_commit).id)
    stage.expect(refused.status is ChangeStatus.BLOCKED, "production to refuse what dev was excused", _told(refused))

    compliant = stage.first_commit()
    wish = stage.wait_for_change(application.changes.open_change(cast.developer, PROD, commit=compliant).id)
    stage.expect(wish.status is ChangeStatus.AWAITING_APPROVAL, "production to ask a second person", _told(wish))
    plan = application.pages.get_change(cast.platform, wish.id).plan
    if plan is None:
        raise AssertionError
    try:
        application.changes.approve_change(cast.developer, wish.id, plan.digest)
    except ForbiddenError as refusal:
        stage.progress(f"{refusal.code}: {refusal.summary}")
    else:
        stage.expect(False, "approving one's own Change to be refused", "it was approved")
    application.changes.approve_change(cast.platform, wish.id, plan.digest)
    promoted = stage.wait_for_change(wish.id)
    stage.expect(promoted.status is ChangeStatus.VERIFIED, "production to be applied and verified", _told(promoted))
    return StepResult(f"{waiver.id} for {WAIVER_DAYS} days in dev only; {compliant[:8]} in prod", f"/changes/{wish.id}")


def drift_and_revert(stage: Stage) -> StepResult:
    """Somebody goes behind the platform's back in production; it is found, ranked, and reverted through a Change."""
    application, cast = stage.application, stage.cast
    bucket = f"{SERVICE}-prod-files"
    client = stage.cloud.client("s3")
    client.delete_public_access_block(Bucket=bucket)
    tags = client.get_bucket_tagging(Bucket=bucket)["TagSet"]
    edited = [tag if tag["Key"] != "service" else {"Key": "service", "Value": "something-else"} for tag in tags]
    client.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": edited})

    stage.wait_for_run(application.drift.check_drift(cast.platform, PROD).id)
    environment = application.pages.get_environment(cast.platform, PROD)
    stage.expect(environment.environment.status is EnvironmentStatus.DRIFTED, "drift", environment.environment.status)
    drifted = {drift.address: drift for drift in environment.drifts}
    stage.expect(set(drifted) == {_ACCESS_BLOCK, _BUCKET}, f"drift of {_ACCESS_BLOCK} and {_BUCKET}", sorted(drifted))
    worst = environment.drifts[0]
    stage.expect(PUBLIC_ACCESS in worst.controls, f"the worst drift first, which breaks {PUBLIC_ACCESS}", worst)
    paths = [item.path for item in drifted[_BUCKET].properties]
    stage.expect(paths == ["tags.service"], "exactly one edited tag", paths)

    change = stage.wait_for_change(application.changes.revert_drift(cast.platform, PROD).id)
    stage.expect(change.status is ChangeStatus.AWAITING_APPROVAL, "the revert to need a second person", _told(change))
    plan = application.pages.get_change(cast.security, change.id).plan
    if plan is None:
        raise AssertionError
    application.changes.approve_change(cast.security, change.id, plan.digest)
    change = stage.wait_for_change(change.id)
    stage.expect(change.status is ChangeStatus.VERIFIED, "the revert to be verified", _told(change))
    after = application.pages.get_environment(cast.platform, PROD)
    stage.expect(after.environment.status is EnvironmentStatus.DEPLOYED, "no drift left", after.environment.status)
    return StepResult(f"{len(drifted)} resources drifted, reverted by {change.id}", f"/environments/{PROD}")


def waiver_ends(stage: Stage) -> StepResult:
    """The same question, one instant before and at the end of the waiver: at the gate and in the findings."""
    application, cast = stage.application, stage.cast
    waiver = application.pages.list_waivers(cast.security, PageRequest(), service=SERVICE).items[0]
    end = waiver.expires_at
    if end is None:
        raise AssertionError
    change = _applied_under(stage, waiver.id)
    before, after = end - timedelta(microseconds=1), end
    gates = [application.changes.ask_gate(cast.security, change, at).outcome for at in (before, after)]
    stage.expect(gates == [DecisionOutcome.ALLOWED, DecisionOutcome.BLOCKED], "allowed, then blocked", gates)
    findings = application.pages.list_findings(cast.security, PageRequest(), service=SERVICE, control=PUBLIC_ACCESS)
    ours = [item for item in findings.items if item.environment == DEV]
    stage.expect(len(ours) == 1, f"one finding of {PUBLIC_ACCESS} in {DEV}", len(ours))
    waived = [ours[0].is_waived(at) for at in (before, after)]
    stage.expect(waived == [True, False], "the finding waived, then open", waived)
    return StepResult(
        f"{waiver.id} ends at {end:%Y-%m-%d %H:%M:%S} UTC: gate and finding agree", f"/waivers/{waiver.id}"
    )


def verify_audit(stage: Stage) -> StepResult:
    """The log verifies; a copy with one edited row does not, and the row is named."""
    whole = stage.application.audit.verify(stage.cast.security)
    stage.expect(whole.is_intact and whole.checked > 0, "an intact audit log", whole)
    edited = whole.checked // 2
    copy = copy_data_folder(stage.data_folder, stage.work_folder / "copy")
    edit_event(copy, edited)
    found = verify_audit_log(copy, stage.application.audit.signer.public_key)
    shutil.rmtree(copy)
    stage.expect(not found.is_intact and found.first_wrong == edited, f"row {edited} to be named", found)
    return StepResult(f"{whole.checked} events verify; in a copy, edited row {edited} is named", "/audit")


STEPS: tuple[tuple[str, Callable[[Stage], StepResult]], ...] = (
    ("A developer creates a service", create_service),
    ("It is deployed to dev by itself", deploy_to_dev),
    ("A dangerous change is blocked", open_the_bucket),
    ("Waived in dev, closed in prod, promoted", waive_one),
    ("Drift is found and reverted", drift_and_revert),
    ("The waiver ends everywhere at once", waiver_ends),
    ("The audit log proves itself", verify_audit),
)


def _told(change: object) -> str:
    return f"{getattr(change, 'status', change)}: {getattr(change, 'status_detail', '')}"


def _blocking(stage: Stage, change_id: str, control: str) -> Ruling:
    plan = stage.application.pages.get_change(stage.cast.developer, change_id).plan
    rulings = plan.decision.with_effect(Effect.BLOCK) if plan else ()
    found = [ruling for ruling in rulings if ruling.verdict.control == control]
    stage.expect(bool(found), f"{control} to block {change_id}", [item.verdict.control for item in rulings])
    return found[0]


def _applied_under(stage: Stage, waiver_id: str) -> str:
    """The Change of dev that this waiver let through."""
    page = stage.application.pages.list_changes(stage.cast.security, PageRequest(), service=SERVICE, environment="dev")
    for change in page.items:
        plan = stage.application.pages.get_change(stage.cast.security, change.id).plan
        if plan and any(ruling.waiver_id == waiver_id for ruling in plan.decision.with_effect(Effect.WAIVED)):
            return change.id
    stage.expect(False, f"a Change that {waiver_id} let through", "none")
    raise AssertionError


def _clone(stage: Stage) -> Path:
    clone = stage.work_folder / "clone"
    if not clone.exists():
        url = stage.application.pages.get_service(stage.cast.developer, SERVICE).clone_url
        _git(stage.work_folder, "clone", "-q", url, str(clone))
    return clone


def _git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=dana", "-c", "user.email=dana@pavior.local")
    finished = run(["git", *identity, *arguments], cwd=folder, timeout_seconds=_GIT_TIMEOUT_SECONDS)
    if finished.exit_status != 0:
        raise DemoFailedError(f"git {arguments[0]} said {finished.stderr.decode(errors='replace').strip()}")


def _push(clone: Path, branch: str, message: str) -> None:
    _git(clone, "checkout", "-q", "-B", branch)
    _git(clone, "commit", "-q", "-a", "-m", message)
    _git(clone, "push", "-q", "-u", "origin", branch)


def _edit(clone: Path, *edits: Callable[[str], str]) -> None:
    path = clone / "infra" / "main.tf"
    text = path.read_text(encoding="utf-8")
    for edit in edits:
        text = edit(text)
    path.write_text(text, encoding="utf-8")


def _without_public_access_block(text: str) -> str:
    """All four switches off, as somebody does who wants the world to read."""
    start, end = _block(text, "aws_s3_bucket_public_access_block")
    return text[:start] + text[start:end].replace("= true", "= false") + text[end:]


def _without_encryption(text: str) -> str:
    start, end = _block(text, "aws_s3_bucket_server_side_encryption_configuration")
    return text[:start] + text[end:].lstrip("\n")


def _block(text: str, resource_type: str) -> tuple[int, int]:
    """Where the resource's block begins and ends; its closing brace is the first at the beginning of a line."""
    start = text.index(f'resource "{resource_type}"')
    return start, text.index("\n}\n", start) + len("\n}\n")
