"""What a run begins with: a source that is safe, the state of its environment, and a cloud that answers."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pavior.adapters.engines.sources import digest_of, read_files, require_variables, secrets_of
from pavior.adapters.engines.terraform.program import answers
from pavior.adapters.engines.terraform.state import StoredState, read_stored
from pavior.adapters.hcl.module import read_module
from pavior.adapters.source_rules import require_safe_source
from pavior.environments.ports import CloudTarget, EnginePlan, Stack
from pavior.kernel.errors import ConflictError, InvalidError, UnavailableError


@dataclass(frozen=True, slots=True)
class Loaded:
    """One stack, read and found safe."""

    stack: Stack
    files: Mapping[str, bytes]
    given: Mapping[str, str]
    secrets: frozenset[str]

    @property
    def digest(self) -> str:
        """Of files and variables."""
        return digest_of(self.files, self.given)


def load(stack: Stack) -> Loaded:
    """Read the source. Raises InvalidError `stack-refused`, `variable-missing`, and those of `read_module`."""
    files = read_files(stack)
    require_safe_source(files)
    given = {**stack.variables, **stack.sensitive_variables}
    module = read_module(files, given, frozenset(stack.sensitive_variables))
    require_variables(module, given)
    return Loaded(stack, files, given, secrets_of(stack, module))


def state_of(loaded: Loaded, content: bytes | None, target: CloudTarget) -> StoredState:
    """What is known of the environment. Raises InvalidError `state-of-another`, and as `require_same_cloud`."""
    files = {name: body.decode("utf-8", "replace") for name, body in loaded.files.items()}
    if content is None:
        return StoredState(loaded.stack.environment, target.instance, files, loaded.given, loaded.secrets)
    stored = read_stored(content)
    if stored.environment != loaded.stack.environment:
        raise InvalidError(
            "state-of-another",
            f"The state given for {loaded.stack.environment} is that of {stored.environment}.",
            fix="Restore the state of this environment from a backup.",
        )
    require_same_cloud(stored, target)
    return replace(
        stored, instance=target.instance, files=files, given=loaded.given, secrets=stored.secrets | loaded.secrets
    )


def require_same_cloud(stored: StoredState, target: CloudTarget) -> None:
    """Raises ConflictError `sandbox-restarted`, `cloud-changed`."""
    if not stored.has_resources or stored.instance == target.instance:
        return
    if target.endpoint_url is not None:
        raise ConflictError(
            "sandbox-restarted",
            f"The sandbox cloud restarted and forgot {stored.environment}.",
            fix=f"Make it again with: pavior environment rebuild {stored.environment}.",
        )
    raise ConflictError(
        "cloud-changed",
        f"{stored.environment} lives in {stored.instance}, not in {target.instance}.",
        fix="Use the credentials and the region that it was made with, or destroy it there first.",
    )


def require_same_plan(plan: EnginePlan, loaded: Loaded, target: CloudTarget) -> str:
    """The digest of the plan. Raises ConflictError `plan-stale`."""
    saved = json.loads(plan.saved_plan)
    digest = hashlib.sha256(plan.plan_json).hexdigest()
    if saved["plan"] != digest:
        raise stale("The plan that people saw is not the one that was saved")
    if (saved["environment"], saved["is_destroy"]) != (loaded.stack.environment, loaded.stack.is_destroy):
        raise stale(f"The plan was made for {saved['environment']}")
    if saved["source"] != loaded.digest:
        raise stale("Source or variables are not those that were planned")
    if saved["instance"] != target.instance:
        raise stale("The plan was made for another cloud")
    return digest


def require_answer(target: CloudTarget) -> None:
    """Terraform would try again for minutes. Raises UnavailableError `cloud-unreachable`."""
    if target.endpoint_url is None or answers(target.endpoint_url):
        return
    raise UnavailableError(
        "cloud-unreachable",
        f"The cloud at {target.endpoint_url} does not answer.",
        fix="Check that it runs and that this machine reaches it, then try again.",
    )


def stale(why: str) -> ConflictError:
    """What people approved is not what would be done."""
    return ConflictError("plan-stale", f"{why}.", fix="Plan again, and have the new plan approved.")
