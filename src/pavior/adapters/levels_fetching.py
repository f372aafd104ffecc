"""Asks another Pavior for the signed levels and waivers of one environment."""

from collections.abc import Mapping
from urllib.parse import quote

from pavior.adapters.http import CallFailedError, HttpClient, Reply, is_safe_address
from pavior.kernel.errors import ForbiddenError, InvalidError, MissingError, UnavailableError

TOKEN_VARIABLE = "PAVIOR_TOKEN"  # noqa: S105 - the name of the variable, not the token
_DEADLINE_SECONDS = 60.0
# As large as what `pavior check` reads.
_LONGEST_BODY_BYTES = 64 * 1024 * 1024


def fetch_levels(server: str, environment: str, variables: Mapping[str, str]) -> bytes:
    """The document as the server gives it, not verified; by the token in `PAVIOR_TOKEN`.

    Args:
        server: Address of the portal, such as `https://pavior.example.org`.
        environment: As `orders/prod`.
        variables: Usually `os.environ`.

    Raises:
        InvalidError: `server-address-invalid`, `token-not-set`.
        MissingError: `levels-not-given`.
        ForbiddenError: `token-refused`.
        UnavailableError: `server-unreachable`.
    """
    if not is_safe_address(server):
        raise InvalidError(
            "server-address-invalid",
            f"{server[:80]} is not the address of a Pavior to which a token may be sent.",
            fix="Write it like https://pavior.example.org; http only on this machine.",
        )
    token = variables.get(TOKEN_VARIABLE, "").strip()
    if not token:
        raise InvalidError(
            "token-not-set",
            f"{TOKEN_VARIABLE} holds no token, and the server gives its levels to nobody whom it does not know.",
            fix="Make one with: pavior token create, and give it to the job as a secret.",
        )
    service, _, stage = environment.partition("/")
    url = f"{server.rstrip('/')}/api/v1/environments/{quote(service, safe='')}/{quote(stage, safe='')}/levels"
    try:
        client = HttpClient(deadline_seconds=_DEADLINE_SECONDS, longest_body_bytes=_LONGEST_BODY_BYTES)
        reply = client.get(url, {"Authorization": f"Bearer {token}"})
        _require_known(reply, server, environment)
        reply.require_ok().json()
    except CallFailedError as error:
        raise UnavailableError(
            "server-unreachable",
            f"{server} gave no levels of {environment}: {error}.",
            fix="Look whether it is up. What was fetched before holds until its end.",
        ) from error
    return reply.body


def _require_known(reply: Reply, server: str, environment: str) -> None:
    match reply.status:
        case 401 | 403:
            raise ForbiddenError(
                "token-refused",
                f"{server} does not accept the token in {TOKEN_VARIABLE}.",
                fix="Make one that may read environments with: pavior token create.",
            )
        case 404:
            raise MissingError(
                "levels-not-given",
                f"{server} knows no environment {environment}, or this token may not see it.",
                fix="Name it like orders/prod, and let the token be of a team that may read it.",
            )
