"""Stacks and change sets: the calls, what their failures mean, and waiting for what takes long.

Source: docs.aws.amazon.com/AWSCloudFormation/latest/APIReference. In the sandbox cloud only the life of a stack is
as in AWS: see decision 15.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from pavior.adapters.engines.embedded.calls import CLOUD_FAILURES, describe, error_code, is_unanswered, persistently
from pavior.adapters.engines.embedded.resource_type import ENVIRONMENT_TAG
from pavior.adapters.engines.embedded.session import Session, unreachable
from pavior.adapters.engines.masking import scrub
from pavior.kernel.errors import ConflictError, InvalidError, UnavailableError

T = TypeVar("T")

_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
_NOTHING = ("didn't contain changes", "No updates are to be performed")
_PAUSE_SECONDS = 2.0
_LONGEST_WAIT_SECONDS = 4 * 3600
# A stack that holds nothing and takes no update: of a change set that was not executed, or of a creation that failed
# and was taken back. One that failed and was not taken back may hold things, and is left alone.
_SHELLS = ("REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE")
# What AWS says of a template, and not of rights or limits.
_TEMPLATE_FAULTS = ("ValidationError", "InsufficientCapabilitiesException", "InsufficientCapabilities")
_UNDER_WAY = ("AVAILABLE", "EXECUTE_IN_PROGRESS")
_MOST_LOOKS = int(_LONGEST_WAIT_SECONDS / _PAUSE_SECONDS)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What AWS would do: by logical id its action, and its replacement (`True`, `False`, `Conditional` or empty)."""

    id: str
    stack_id: str
    actions: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Stacks:
    """Calls about the one stack of an environment."""

    session: Session
    name: str
    pause: Callable[[float], None] = field(default=time.sleep)

    def find(self) -> dict[str, Any] | None:
        """The stack; None when there is none, or only the shell that a change set or a failed creation left.

        Raises:
            ConflictError: `resource-exists` when it is somebody else's.
        """
        found = self._describe(self.name)
        if found is None:
            return None
        tags = {tag["Key"]: tag["Value"] for tag in found.get("Tags", [])}
        if tags.get(ENVIRONMENT_TAG) != self.session.api.environment:
            raise ConflictError(
                "resource-exists",
                f"There is a stack {self.name} already, and it is not of {self.session.api.environment}.",
                fix="Delete it, or name the service differently.",
            )
        return None if found["StackStatus"] in _SHELLS else found

    def propose(self, name: str, template: str, given: Mapping[str, str]) -> ChangeSet:
        """Make the change set `name` anew, and read it.

        Raises:
            InvalidError: `stack-invalid` when AWS refuses the template.
        """
        found = self.find()
        is_update = found is not None
        if not is_update:
            self.remove_shell()
        self.forget(name)
        more: dict[str, Any] = {"DeploymentMode": "REVERT_DRIFT"} if is_update else {"OnStackFailure": "DELETE"}
        try:
            made = self._ask(
                "proposing a change of",
                lambda: self._client().create_change_set(
                    StackName=self.name,
                    ChangeSetName=name,
                    ChangeSetType="UPDATE" if is_update else "CREATE",
                    TemplateBody=template,
                    Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(given.items())],
                    Capabilities=_CAPABILITIES,
                    Tags=[{"Key": ENVIRONMENT_TAG, "Value": self.session.api.environment}],
                    **more,
                ),
                judges_template=True,
            )
        except InvalidError as error:
            # The sandbox refuses here what AWS answers with a change set that failed.
            if found is None or not any(word in error.summary for word in _NOTHING):
                raise
            return ChangeSet("", str(found["StackId"]), {})
        return self._read(str(made["Id"]), str(made.get("StackId", "")))

    def forget(self, name: str) -> None:
        """Delete a change set, if it is there."""
        if self._describe(self.name) is None:
            return
        for item in self._all("list_change_sets", "Summaries"):
            if name in (item.get("ChangeSetName"), item.get("ChangeSetId")):
                self._delete_change_set(str(item["ChangeSetId"]))

    def remove_shell(self) -> None:
        """Delete what a change set or a failed creation left, which holds nothing."""
        found = self._describe(self.name)
        if found is not None and found["StackStatus"] in _SHELLS:
            self._ask("removing the shell of", lambda: self._client().delete_stack(StackName=self.name))
            self.wait(str(found["StackId"]), lambda _: None)

    def execute(self, change_set: str, token: str) -> None:
        """Begin. The same token twice is once."""
        self._ask(
            "changing",
            lambda: self._client().execute_change_set(ChangeSetName=change_set, ClientRequestToken=token),
        )

    def delete(self, stack_id: str, token: str) -> None:
        """Begin to delete it. What is already gone is no failure."""
        self._ask("deleting", lambda: self._client().delete_stack(StackName=stack_id, ClientRequestToken=token))

    def progress_of(self, change_set: str) -> str:
        """AWS's ExecutionStatus, or `` when the change set is not known any more."""

        def look() -> str:
            try:
                return str(self._client().describe_change_set(ChangeSetName=change_set)["ExecutionStatus"])
            except ClientError as error:
                if error_code(error) in ("ChangeSetNotFound", "ChangeSetNotFoundException", "ValidationError"):
                    return ""
                raise

        return self._ask("looking at", look)

    def wait(self, stack_id: str, tell: Callable[[str], None], is_cancelled: Callable[[], bool] = lambda: False) -> str:
        """The status in which it comes to rest; `DELETE_COMPLETE` when it is gone. An update can be cancelled."""
        asked, told = False, ""
        for _ in range(_MOST_LOOKS):
            found = self._describe(stack_id)
            status = "DELETE_COMPLETE" if found is None else str(found["StackStatus"])
            if status != told:
                tell(status)
                told = status
            if not status.endswith("_IN_PROGRESS") or status == "REVIEW_IN_PROGRESS":
                return status
            if status == "UPDATE_IN_PROGRESS" and not asked and is_cancelled():
                asked = True
                self._ask("cancelling", lambda: self._client().cancel_update_stack(StackName=stack_id))
            self.pause(_PAUSE_SECONDS)
        raise self._restless()

    def settle(
        self, change_set: str, stack_id: str, tell: Callable[[str], None], is_cancelled: Callable[[], bool]
    ) -> str:
        """As `wait`, once the change set is executed: right after that was asked for, the stack tells how it was."""
        for _ in range(_MOST_LOOKS):
            status = self.wait(stack_id, tell, is_cancelled)
            if self.progress_of(change_set) not in _UNDER_WAY:
                return status
            self.pause(_PAUSE_SECONDS)
        raise self._restless()

    def _restless(self) -> UnavailableError:
        return UnavailableError(
            "apply-failed",
            f"The stack {self.name} did not come to rest in {_LONGEST_WAIT_SECONDS // 3600} hours.",
            fix="Look at its events in AWS, and plan again when it rests.",
        )

    def why(self, stack_id: str) -> str:
        """What AWS says of the resources that failed, the first first."""
        events = self._ask(
            "reading events of", lambda: self._client().describe_stack_events(StackName=stack_id)["StackEvents"]
        )
        said = [
            f"{event.get('LogicalResourceId', '')}: {event['ResourceStatusReason']}"
            for event in reversed(events)
            if "FAILED" in str(event.get("ResourceStatus", "")) and event.get("ResourceStatusReason")
        ]
        return scrub("; ".join(said[-3:]), self.session.secrets)

    def physical_ids(self) -> dict[str, str]:
        """Logical id to what the cloud calls it."""
        found = self._all("list_stack_resources", "StackResourceSummaries")
        return {
            str(item["LogicalResourceId"]): str(item["PhysicalResourceId"])
            for item in found
            if item.get("LogicalResourceId") and item.get("PhysicalResourceId")
        }

    def outputs(self) -> dict[str, str]:
        """As the stack says them."""
        found = self._describe(self.name) or {}
        return {str(item["OutputKey"]): str(item.get("OutputValue", "")) for item in found.get("Outputs", [])}

    def _delete_change_set(self, change_set: str) -> None:
        self._ask("forgetting a change of", lambda: self._client().delete_change_set(ChangeSetName=change_set))

    def _read(self, change_set: str, stack_id: str) -> ChangeSet:
        actions: dict[str, tuple[str, str]] = {}
        token: dict[str, str] = {}
        for _ in range(_MOST_LOOKS):
            page = self._ask(
                "reading the change set of",
                lambda: self._client().describe_change_set(ChangeSetName=change_set, **token),  # noqa: B023 - at once
            )
            if str(page["Status"]).endswith(("_PENDING", "_IN_PROGRESS")):
                self.pause(_PAUSE_SECONDS)
                continue
            if page["Status"] == "FAILED":
                why = str(page.get("StatusReason", "")).strip()
                if any(word in why for word in _NOTHING):
                    return ChangeSet(change_set, stack_id or str(page.get("StackId", "")), {})
                raise self._invalid(why)
            for item in page.get("Changes", []):
                change = item.get("ResourceChange", {})
                actions[str(change["LogicalResourceId"])] = (
                    str(change["Action"]),
                    str(change.get("Replacement", "")),
                )
            if not page.get("NextToken"):
                return ChangeSet(change_set, stack_id or str(page.get("StackId", "")), actions)
            token = {"NextToken": str(page["NextToken"])}
        raise self._restless()

    def _all(self, operation: str, key: str) -> list[dict[str, Any]]:
        def read() -> list[dict[str, Any]]:
            pages = self._client().get_paginator(operation).paginate(StackName=self.name)
            return [item for page in pages for item in page[key]]

        return self._ask("reading", read)

    def _describe(self, name: str) -> dict[str, Any] | None:
        def look() -> dict[str, Any] | None:
            try:
                found: dict[str, Any] = self._client().describe_stacks(StackName=name)["Stacks"][0]
            except ClientError as error:
                if error_code(error) == "ValidationError" and "does not exist" in describe(error):
                    return None
                raise
            return None if found["StackStatus"] == "DELETE_COMPLETE" else found

        return self._ask("looking at", look)

    def _client(self) -> Any:
        return self.session.api.clients.client("cloudformation")

    def _ask(self, doing: str, work: Callable[[], T], *, judges_template: bool = False) -> T:
        try:
            return persistently(work)
        except CLOUD_FAILURES as error:
            if is_unanswered(error):
                raise unreachable(self.session.target, error) from error
            said = scrub(describe(error), self.session.secrets).rstrip(".")
            if judges_template and isinstance(error, ClientError) and error_code(error) in _TEMPLATE_FAULTS:
                raise self._invalid(said) from error
            raise UnavailableError(
                "engine-failed",
                f"CloudFormation refused while {doing} the stack {self.name}: {said}.",
                fix="Give Pavior's credentials the rights of docs/reference/cloudformation-engine.md, then try again.",
            ) from error

    def _invalid(self, why: str) -> InvalidError:
        said = scrub(why, self.session.secrets).rstrip(".")
        return InvalidError(
            "stack-invalid",
            f"CloudFormation does not take the template of {self.name}: {said}.",
            fix="Correct the template as it says, and plan again.",
        )
