"""What a run begins with: a source that is safe, the state of its environment, and a cloud that answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pavior.adapters.engines.binding import Binding
from pavior.adapters.engines.sources import digest_of, read_files, require_variables, secrets_of
from pavior.adapters.engines.terraform.program import answers
from pavior.adapters.engines.terraform.state import StoredState, read_stored
from pavior.adapters.hcl.module import read_module
from pavior.adapters.source_rules import require_safe_source
from pavior.environments.errors import cloud_changed, sandbox_restarted, state_of_another
from pavior.environments.ports import CloudTarget, EnginePlan, Stack
from pavior.kernel.errors import UnavailableError


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
        raise state_of_another(loaded.stack.environment, stored.environment)
    require_same_cloud(stored, target)
    return replace(
        stored, instance=target.instance, files=files, given=loaded.given, secrets=stored.secrets | loaded.secrets
    )


def require_same_cloud(stored: StoredState, target: CloudTarget) -> None:
    """Raises ConflictError `sandbox-restarted`, `cloud-changed`."""
    if not stored.has_resources or stored.instance == target.instance:
        return
    if target.endpoint_url is not None:
        raise sandbox_restarted(stored.environment)
    raise cloud_changed(stored.environment, stored.instance, target.instance)


def require_same_plan(plan: EnginePlan, loaded: Loaded, target: CloudTarget) -> str:
    """The digest of the plan. Raises ConflictError `plan-stale`."""
    binding = Binding(**json.loads(plan.saved_plan))
    binding.require(plan, loaded.stack, loaded.digest, target)
    return binding.plan


def require_answer(target: CloudTarget) -> None:
    """Terraform would try again for minutes. Raises UnavailableError `cloud-unreachable`."""
    if target.endpoint_url is None or answers(target.endpoint_url):
        return
    raise UnavailableError(
        "cloud-unreachable",
        f"The cloud at {target.endpoint_url} does not answer.",
        fix="Check that it runs and that this machine reaches it, then try again.",
    )
