"""What all tests stand on: only loopback sockets, golden files, and skips that say what would undo them."""

import difflib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import pytest
from tests.postgresql import PostgresServer, find_postgresql, postgresql

from pavior.storage.database import Database, Transaction
from pavior.testing.databases import a_database

ROOT = Path(__file__).resolve().parent.parent
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


class NotLoopbackError(Exception):
    """A test reached for a machine other than this one."""


def _is_loopback(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host in ("localhost", None):
        return True
    try:
        return ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.bind", "socket.sendto"):
        address = arguments[1]
        # Unix sockets have a path for an address, netlink numbers.
        if isinstance(address, tuple) and isinstance(address[0], str | bytes) and not _is_loopback(address[0]):
            raise NotLoopbackError(f"{event} to {address}: tests may use only loopback.")
    elif event == "socket.getaddrinfo" and not _is_loopback(arguments[0]):
        raise NotLoopbackError(f"{event} of {arguments[0]!r}: tests may use only loopback.")


# A hook sees what C code does too; it cannot be taken away, which is wanted.
sys.addaudithook(_guard)


def find_chromium() -> str | None:
    """Path of a Chromium."""
    return os.environ.get("PAVIOR_CHROMIUM") or next(filter(None, map(shutil.which, _CHROMIUM_NAMES)), None)


def find_peers() -> Path | None:
    """Folder with the data of comparable products, which the checkout does not hold."""
    folder = Path(os.environ.get("PAVIOR_PEERS") or ROOT.parent / "shared" / "peers")
    return folder if folder.is_dir() else None


def find_terraform_mirror() -> Path | None:
    """Folder with the AWS provider, as `terraform providers mirror` makes one."""
    named = os.environ.get("PAVIOR_TERRAFORM_MIRROR")
    # The folders where Terraform itself looks by default, then whatever a machine's owner put below /opt.
    usual = [Path.home() / ".terraform.d" / "plugins", Path("/usr/local/share/terraform/plugins")]
    usual += [Path("/usr/share/terraform/plugins"), *sorted(Path("/opt").glob("*"))]
    folders = [Path(named)] if named else usual
    return next((item for item in folders if (item / "registry.terraform.io" / "hashicorp" / "aws").is_dir()), None)


def find_helm() -> str | None:
    """Path of the program helm."""
    return os.environ.get("PAVIOR_HELM") or shutil.which("helm")


def _has_terraform() -> bool:
    return shutil.which("terraform") is not None and find_terraform_mirror() is not None


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that not every machine has. `added_by` is what a person does to get it."""

    marker: str
    is_present: Callable[[], bool]
    added_by: str


# Folders whose tests take minutes: begun last, one of them would keep everybody waiting.
_LONG = ("chaos", "journeys", "engines", "browser")

REQUIREMENTS = (
    Requirement("browser", lambda: find_chromium() is not None, "apt-get install chromium"),
    Requirement(
        "terraform",
        _has_terraform,
        "install terraform, and set PAVIOR_TERRAFORM_MIRROR to a folder made by "
        "`terraform providers mirror` with the AWS provider",
    ),
    Requirement("postgresql", lambda: find_postgresql() is not None, "apt-get install postgresql"),
    Requirement("helm", lambda: find_helm() is not None, "put helm on PATH, or set PAVIOR_HELM to it"),
    Requirement("peers", lambda: find_peers() is not None, "set PAVIOR_PEERS to the folder with the peers' data"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first."""
    items.sort(key=lambda item: item.path.parent.name not in _LONG)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what cannot run here, or fail it where PAVIOR_REQUIRE says that it must."""
    required = os.environ.get("PAVIOR_REQUIRE", "").split(",")
    for requirement in REQUIREMENTS:
        if item.get_closest_marker(requirement.marker) is None or requirement.is_present():
            continue
        told = f"{requirement.marker} is missing; to add it: {requirement.added_by}"
        if requirement.marker in required:
            pytest.fail(f"PAVIOR_REQUIRE names {requirement.marker}, but {told}", pytrace=False)
        pytest.skip(told)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what was skipped, how often, and what adds it."""
    counts: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        counts[reason] = counts.get(reason, 0) + 1
    if counts:
        terminalreporter.section("not run here")
        for reason, count in sorted(counts.items()):
            terminalreporter.line(f"{count} tests: {reason}")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresServer]:
    """One for all tests of a process; mark the test with `postgresql`."""
    with postgresql() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def make_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """Makes databases with all tables and nothing in them, of each kind that there is."""
    opened: list[Database] = []

    def make() -> Database:
        if request.param == "postgresql":
            server: PostgresServer = request.getfixturevalue("postgresql_server")
            opened.append(server.make_with_tables())
        else:
            opened.append(a_database(tmp_path, f"test-{len(opened)}.db"))
        return opened[-1]

    yield make
    for database in opened:
        database.close()


@pytest.fixture
def database(make_database: Callable[[], Database]) -> Database:
    """One of each kind."""
    return make_database()


@pytest.fixture
def tx(database: Database) -> Iterator[Transaction]:
    """A transaction of one of each kind."""
    with database.transaction() as transaction:
        yield transaction


@pytest.fixture
def chromium() -> str:
    """Path of the browser; mark the test with `browser`."""
    path = find_chromium()
    assert path is not None, "mark the test with pytest.mark.browser"
    return path


@pytest.fixture
def terraform_mirror() -> Path:
    """Folder with the AWS provider; mark the test with `terraform`."""
    path = find_terraform_mirror()
    assert path is not None, "mark the test with pytest.mark.terraform"
    return path


@pytest.fixture
def helm(monkeypatch: pytest.MonkeyPatch) -> str:
    """Path of helm, which is then on PATH; mark the test with `helm`."""
    path = find_helm()
    assert path is not None, "mark the test with pytest.mark.helm"
    monkeypatch.setenv("PATH", f"{Path(path).parent}{os.pathsep}{os.environ['PATH']}")
    return path


@pytest.fixture
def peers() -> Path:
    """Folder with the peers' data; mark the test with `peers`."""
    path = find_peers()
    assert path is not None, "mark the test with pytest.mark.peers"
    return path


Compare = Callable[[str, str], None]


def _compare(path: Path, text: str, command: str) -> None:
    if os.environ.get("PAVIOR_UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    kept = path.read_text(encoding="utf-8") if path.is_file() else ""
    if kept != text:
        difference = difflib.unified_diff(kept.splitlines(), text.splitlines(), "kept", "now", lineterm="", n=1)
        shown = "\n".join(list(difference)[:60])
        pytest.fail(
            f"{path.relative_to(ROOT)} is not what the code gives; if the change is meant: {command}\n{shown}",
            pytrace=False,
        )


@pytest.fixture
def golden() -> Compare:
    """Compare text with `tests/golden/<name>`; `make golden` writes it (mark the test with `golden`)."""
    return lambda name, text: _compare(ROOT / "tests" / "golden" / name, text, "make golden")


@pytest.fixture
def reference_page() -> Compare:
    """Compare text with `docs/reference/<name>`; `make docs` writes it (mark the test with `generated`)."""
    return lambda name, text: _compare(ROOT / "docs" / "reference" / name, text, "make docs")


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine reaches the test."""
    for name in [name for name in os.environ if name.startswith("PAVIOR_")]:
        monkeypatch.delenv(name)
