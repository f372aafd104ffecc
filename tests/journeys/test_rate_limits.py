"""How often somebody may ask a real server, alone or behind a proxy."""

from pathlib import Path

import httpx
from tests.journeys.terminal import Terminal

from pavior.identity.rate_limits import FAILURES_PER_MINUTE

# More than are let in at once; on a slow machine one comes back every two seconds.
_MANY = FAILURES_PER_MINUTE * 2


def _ask(client: httpx.Client, token: str, origin: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": origin}
    return client.get("/api/v1/services", headers=headers)


def _guesses(client: httpx.Client, origin: str, count: int) -> set[int]:
    return {_ask(client, "pavior_wrong", origin).status_code for _ in range(count)}


def test_each_caller_has_the_chosen_limit_and_addresses_behind_a_trusted_proxy_count_apart(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, {"PAVIOR_REQUESTS_PER_MINUTE": "3"})
    terminal.ok("user", "invite", "ada", "--role", "platform")
    made = terminal.read("token", "create", "ci", "--permission", "service:read", "--days", "2", by="ada")

    with terminal.up() as address, httpx.Client(base_url=address, trust_env=False) as client:
        assert _guesses(client, "203.0.113.5", _MANY) == {401, 429}
        assert _guesses(client, "203.0.113.6", FAILURES_PER_MINUTE) == {401}
        answers = [_ask(client, made["secret"], "203.0.113.5") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[3].headers["retry-after"]) <= 20


def test_addresses_behind_a_proxy_that_is_not_trusted_count_as_one(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, {"PAVIOR_TRUSTED_PROXIES": "192.0.2.1"})

    with terminal.up() as address, httpx.Client(base_url=address, trust_env=False) as client:
        assert _guesses(client, "203.0.113.5", _MANY) == {401, 429}
        assert 429 in _guesses(client, "203.0.113.6", 3)
