"""Amazon Web Services: targets with credentials for one environment, purpose and hour; and API clients."""

import os
import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import botocore
import botocore.config
import botocore.exceptions
import botocore.session

from pavior.adapters.clouds.roles_file import RolesFile
from pavior.environments.ports import CloudTarget, Purpose
from pavior.kernel.errors import UnavailableError

CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 30
STS_AUDIENCE = "sts.amazonaws.com"
_FILE_VARIABLES = ("config_file", "credentials_file")
# A name of a session holds so many, and stands in CloudTrail beside all that was done.
_LONGEST_SESSION_NAME_CHARACTERS = 64
_ROLE_FIX = "Compare the role's trust policy with docs/guides/aws.md: issuer, audience and subject."
_MACHINE_FIX = "Give the worker credentials that AWS takes, or name roles with PAVIOR_AWS_ROLES."
_NO_CREDENTIALS = (
    botocore.exceptions.NoCredentialsError,
    botocore.exceptions.PartialCredentialsError,
    botocore.exceptions.CredentialRetrievalError,
)


class GiveToken(Protocol):
    """Makes a token of ours, see `WorkloadIdentity`."""

    def __call__(self, environment: str, purpose: Purpose, *, audience: str) -> str:
        """For one environment and purpose."""


class AwsCloud:
    """Gives targets in AWS.

    Args:
        region: Where every environment of this cloud lives, such as `eu-west-1`.
        roles: Whose rights are taken, by environment and purpose. Without them Pavior works with whatever credentials
            AWS tools would find on the machine, the same to plan and to apply.
        give_token: By what roles are taken; without it, by what AWS tools would find on the machine.
        endpoint_url: Of something that speaks like AWS; None for AWS itself.
    """

    def __init__(
        self,
        *,
        region: str,
        roles: RolesFile | None = None,
        give_token: GiveToken | None = None,
        endpoint_url: str | None = None,
    ) -> None:
        self.name = "aws"
        # What it holds stays, so nobody has to look for that every few seconds.
        self.is_forgetful = False
        self._region = region
        self._roles = roles
        self._give_token = give_token
        self._endpoint_url = endpoint_url

    def target(self, environment: str, purpose: Purpose = Purpose.PLAN) -> CloudTarget:
        """Where `environment` lives, with credentials for `purpose`; its instance is the account and region.

        Raises:
            UnavailableError: `cloud-unreachable`, `cloud-role-missing`, `cloud-role-refused`,
                `cloud-credentials-missing`.
        """
        if self._roles is None:
            return self._of_the_machine(environment)
        role = self._roles.find(environment, purpose)
        session_name = f"pavior-{purpose.value}-{environment.replace('/', '-')}"[:_LONGEST_SESSION_NAME_CHARACTERS]
        asked: dict[str, Any] = {
            "RoleArn": role,
            "RoleSessionName": session_name,
            "DurationSeconds": self._roles.session_minutes * 60,
        }
        answer = self._ask(environment, lambda: self._take(environment, purpose, asked), _ROLE_FIX)
        given = answer["Credentials"]
        account = answer["AssumedRoleUser"]["Arn"].split(":")[4]
        return self._target(account, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])

    def ping(self) -> None:
        """Ask whether AWS answers at all: a no is an answer too.

        Raises:
            UnavailableError: `cloud-unreachable`.
        """
        try:
            AwsClients(self._target("", "PAVIOR-ASKS", "whether-you-answer", "")).client("sts").get_caller_identity()
        except botocore.exceptions.ClientError:
            return
        except botocore.exceptions.BotoCoreError as error:
            raise self._unreachable("pavior/health", error) from error

    def _take(self, environment: str, purpose: Purpose, asked: Mapping[str, Any]) -> Any:
        if self._give_token is None:
            return self._sts().assume_role(**asked)
        token = self._give_token(environment, purpose, audience=STS_AUDIENCE)
        unsigned = self._sts(signature_version=botocore.UNSIGNED)
        return unsigned.assume_role_with_web_identity(**asked, WebIdentityToken=token)

    def _of_the_machine(self, environment: str) -> CloudTarget:
        def look() -> CloudTarget:
            credentials = botocore.session.Session().get_credentials()
            if credentials is None:
                raise botocore.exceptions.NoCredentialsError
            found = credentials.get_frozen_credentials()
            keys = (found.access_key, found.secret_key, found.token or "")
            account = AwsClients(self._target("", *keys)).client("sts").get_caller_identity()["Account"]
            return self._target(account, *keys)

        target: CloudTarget = self._ask(environment, look, _MACHINE_FIX)
        return target

    def _target(self, account: str, access_key_id: str, secret_access_key: str, session_token: str) -> CloudTarget:
        return CloudTarget(
            provider="aws",
            region=self._region,
            endpoint_url=self._endpoint_url,
            instance=f"aws:{account}:{self._region}",
            access_key_id=access_key_id,
            secret_access_key=secret_access_key,
            session_token=session_token,
        )

    def _sts(self, **config: Any) -> Any:
        # Made anew: it is asked once or twice in a run, and keys of the machine may be others by then.
        return botocore.session.Session().create_client(
            "sts", region_name=self._region, endpoint_url=self._endpoint_url, config=_config(proxies=None, **config)
        )

    def _ask(self, environment: str, call: Callable[[], Any], fix: str) -> Any:
        try:
            return call()
        except botocore.exceptions.ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))[:60]
            raise UnavailableError(
                "cloud-role-refused",
                f"AWS gives Pavior no rights for {environment}: {code or 'no reason was given'}.",
                fix=fix,
                context={"environment": environment, "region": self._region},
            ) from error
        except _NO_CREDENTIALS as error:
            raise UnavailableError(
                "cloud-credentials-missing",
                f"AWS tools would find no credentials that work on this machine ({type(error).__name__}), "
                "so Pavior has none either.",
                fix="Name roles that are taken by token with PAVIOR_AWS_ROLES, or give the worker an instance role.",
                context={"environment": environment},
            ) from error
        except botocore.exceptions.BotoCoreError as error:
            raise self._unreachable(environment, error) from error

    def _unreachable(self, environment: str, error: Exception) -> UnavailableError:
        return UnavailableError(
            "cloud-unreachable",
            f"AWS in {self._region} does not answer: {type(error).__name__}.",
            fix="Look whether the machine reaches sts of that region, and whether PAVIOR_REGION is right.",
            context={"environment": environment, "region": self._region},
        )


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
        return self._session.create_client(
            service,
            region_name=target.region,
            endpoint_url=target.endpoint_url,
            aws_access_key_id=target.access_key_id,
            aws_secret_access_key=target.secret_access_key,
            aws_session_token=target.session_token or None,
            config=_config(
                proxies={} if target.endpoint_url else None,
                s3={"addressing_style": "path" if target.endpoint_url else "auto"},
            ),
        )


def _config(**more: Any) -> botocore.config.Config:
    return botocore.config.Config(
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        retries={"total_max_attempts": 1, "mode": "standard"},
        ignore_configured_endpoint_urls=True,
        **more,
    )


def _isolated() -> dict[str, tuple[None, None, object, object]]:
    known = botocore.session.Session.SESSION_VARIABLES
    return {
        name: (None, None, os.devnull if name in _FILE_VARIABLES else default, conversion)
        for name, (_, _, default, conversion) in known.items()
    }
