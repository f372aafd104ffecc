"""What machines ask about Pavior itself."""

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from pavior.environments.workload_identity import WorkloadIdentity
from pavior.observability.model import HealthCheck

if TYPE_CHECKING:
    from tests.api.conftest import Site

WELL = HealthCheck("database", is_well=True, detail="")
UNWELL = HealthCheck("worker", is_well=False, detail="No worker runs. Start one with: pavior up.")


class Checked:
    """A health that a test chose."""

    def __init__(self, *checks: HealthCheck) -> None:
        self.checks = checks

    def check(self) -> tuple[HealthCheck, ...]:
        return self.checks


def test_it_is_alive_whatever_it_depends_on(site: "Site") -> None:
    response = site.client("", health=Checked(UNWELL)).ask("GET", "/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "alive"})


def test_it_is_ready_when_all_parts_are_well(site: "Site") -> None:
    response = site.client("").ask("GET", "/readyz")

    assert response.status_code == 200
    assert response.json()["status"] == "ready"
    assert {item["name"] for item in response.json()["checks"]} == {"database", "cloud", "worker", "disk"}


def test_it_is_not_ready_and_says_which_part_is_unwell(site: "Site") -> None:
    response = site.client("", health=Checked(WELL, UNWELL)).ask("GET", "/readyz")

    assert response.status_code == 503
    assert response.json() == {
        "status": "unwell",
        "checks": [
            {"name": "database", "is_well": True, "detail": ""},
            {"name": "worker", "is_well": False, "detail": "No worker runs. Start one with: pavior up."},
        ],
    }


def test_nothing_checked_is_not_ready(site: "Site") -> None:
    assert site.client("", health=Checked()).ask("GET", "/readyz").status_code == 503


def test_numbers_are_told_in_the_form_of_prometheus(site: "Site") -> None:
    response = site.client("").ask("GET", "/metrics")

    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=")
    assert "# TYPE pavior_requests_total counter" in response.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_are_read_only_and_never_kept(site: "Site", path: str) -> None:
    assert site.client("").ask("POST", path).status_code == 405
    assert site.client("").ask("GET", path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/.well-known/jwks.json"])
def test_keys_are_published_where_tokens_of_ours_are_used_and_nowhere_else(site: "Site", path: str) -> None:
    assert site.client("").ask("GET", path).status_code == 404

    key = generate_private_key(public_exponent=65537, key_size=2048)
    identity = WorkloadIdentity("https://pavior.example", key, site.clock, lambda _: "x")
    response = site.client("", workload_identity=identity).ask("GET", path)

    assert response.status_code == 200
    assert response.json() in (identity.discovery(), identity.keys())
    assert site.client("", workload_identity=identity).ask("POST", path).status_code == 405
