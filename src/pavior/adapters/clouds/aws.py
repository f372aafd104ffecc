"""Amazon Web Services: targets by region, and API clients that take nothing from the machine unless asked to."""

import os
import threading
from typing import Any

import botocore.config
import botocore.exceptions
import botocore.session

from pavior.environments.ports import CloudTarget
from pavior.kernel.errors import UnavailableError

CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 30
_FILE_VARIABLES = ("config_file", "credentials_file")


class AwsCloud:
    """Gives targets in real AWS, with the credentials of boto3's default chain.

    Args:
        region: Where every environment of this cloud lives, such as `eu-west-1`.
    """

    def __init__(self, *, region: str) -> None:
        self.name = "aws"
        self._region = region

    def target(self, environment: str) -> CloudTarget:
        """Where `environment` lives; its instance is the account and region.

        Raises:
            UnavailableError: `cloud-unreachable`.
        """
        unasked = CloudTarget("aws", self._region, endpoint_url=None, instance="")
        try:
            account = AwsClients(unasked).client("sts").get_caller_identity()["Account"]
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
            raise UnavailableError(
                "cloud-unreachable",
                f"AWS in {self._region} did not say which account we are: {type(error).__name__}.",
                fix="Give the worker credentials for AWS, for example an instance role, and try again.",
                context={"environment": environment, "region": self._region},
            ) from error
        return CloudTarget("aws", self._region, endpoint_url=None, instance=f"aws:{account}:{self._region}")


class AwsClients:
    """API clients for one target, made once each, shared by threads.

    They never retry by themselves: a create that is sent twice may make two things, so whoever calls
    decides. With an endpoint (the sandbox), neither the user's AWS files, nor environment variables,
    nor proxies, nor the metadata service are read.
    """

    def __init__(self, target: CloudTarget) -> None:
        self._target = target
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._session: botocore.session.Session | None = None

    def client(self, service: str) -> Any:
        """The client of `service`, such as `s3`. boto3 makes its methods at run time, so it has no type."""
        # Loading a service model is not thread-safe in botocore.
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._make(service)
            return self._clients[service]

    def _make(self, service: str) -> Any:
        target = self._target
        if self._session is None:
            self._session = botocore.session.Session(_isolated() if target.endpoint_url else None)
        is_given = bool(target.access_key_id)
        return self._session.create_client(
            service,
            region_name=target.region,
            endpoint_url=target.endpoint_url,
            aws_access_key_id=target.access_key_id if is_given else None,
            aws_secret_access_key=target.secret_access_key if is_given else None,
            config=botocore.config.Config(
                connect_timeout=CONNECT_TIMEOUT_SECONDS,
                read_timeout=READ_TIMEOUT_SECONDS,
                retries={"total_max_attempts": 1, "mode": "standard"},
                s3={"addressing_style": "path" if target.endpoint_url else "auto"},
                proxies={} if target.endpoint_url else None,
                ignore_configured_endpoint_urls=True,
            ),
        )


def _isolated() -> dict[str, tuple[None, None, object, object]]:
    known = botocore.session.Session.SESSION_VARIABLES
    return {
        name: (None, None, os.devnull if name in _FILE_VARIABLES else default, conversion)
        for name, (_, _, default, conversion) in known.items()
    }
