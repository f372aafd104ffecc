"""Calls to the cloud: what its failures mean, which are worth another try, and what may be said of them."""

import time
from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
)
from botocore.parsers import ResponseParserError

T = TypeVar("T")

# Everything that botocore raises for an answer or for the lack of one; the last is our own wait that was too long.
CLOUD_FAILURES = (ClientError, BotoCoreError, ResponseParserError, TimeoutError)

_ATTEMPTS = 4
_FIRST_PAUSE_SECONDS = 0.1
_SERVER_ERROR_STATUS = 500
_THROTTLED = ("Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "SlowDown")
_IN_PROGRESS = ("OperationAborted", "ResourceInUseException", "ConcurrentModificationException", "DependencyViolation")
_UNANSWERED = (HTTPClientError, IncompleteReadError, ResponseParserError, NoCredentialsError)
_MISSING = (
    "404",
    "NoSuchBucket",
    "NoSuchBucketPolicy",
    "NoSuchPublicAccessBlockConfiguration",
    "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
    "NoSuchEntity",
    "NotFoundException",
    "ResourceNotFoundException",
    "InvalidGroup.NotFound",
    "TableNotFoundException",
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
)


def error_code(error: ClientError) -> str:
    """AWS's own code, such as `NoSuchBucket`."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_missing(error: ClientError) -> bool:
    """Whether the answer means that the thing is not there, and nothing else."""
    return error_code(error) in _MISSING


def is_unanswered(error: Exception) -> bool:
    """Whether the cloud gave no answer that tells what is so: no credentials, connection lost, server error."""
    if not isinstance(error, ClientError):
        return isinstance(error, _UNANSWERED)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return int(status) >= _SERVER_ERROR_STATUS or error_code(error) in _THROTTLED


def persistently(work: Callable[[], T]) -> T:
    """Do repeatable `work`, again after a failure that may pass. The last failure is raised."""
    for attempt in range(_ATTEMPTS):
        try:
            return work()
        except CLOUD_FAILURES as error:
            may_pass = is_unanswered(error) or (isinstance(error, ClientError) and error_code(error) in _IN_PROGRESS)
            if not may_pass or attempt == _ATTEMPTS - 1:
                raise
            time.sleep(_FIRST_PAUSE_SECONDS * 2**attempt)
    raise AssertionError("unreachable: the last attempt returns or raises")


def describe(error: Exception) -> str:
    """What the cloud said, in one sentence."""
    if isinstance(error, ClientError):
        said = str(error.response.get("Error", {}).get("Message", "")).strip()
        return f"{error_code(error)}: {said}" if said else error_code(error)
    if isinstance(error, TimeoutError):
        return str(error)
    if isinstance(error, BotoCoreError) and not isinstance(error, _UNANSWERED):
        return f"{type(error).__name__}: {error}"
    return f"{type(error).__name__}: no usable answer"
