"""A real Pavior on a port of this machine, with worker and sandbox cloud, and people with browsers in front of it."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from pavior.adapters.clouds.aws import AwsClients
from pavior.adapters.listening import Listening, address_of, listen
from pavior.bootstrap import Installation
from pavior.identity.model import Surface, local_operator
from pavior.launching.launcher import everything, first_link
from pavior.launching.serving import create_site
from pavior.settings import read_settings
from pavior.workflows.follow_waivers import follow_waivers

PATIENCE_MILLISECONDS = 60_000
_STARTS_WITHIN_SECONDS = 20.0
# A folder for pictures of pages, for people who look at them and for the README; none are kept without it.
_PICTURES = os.environ.get("PAVIOR_PICTURES", "")


@dataclass
class MovedClock:
    """The machine's clock, ahead by as much as it was moved."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True)
class Site:
    """What is served."""

    installation: Installation
    address: str
    folder: Path
    clock: MovedClock

    @property
    def first_link(self) -> str:
        """By which the first admin signs in, once."""
        return f"{self.address}/sign-in/{first_link(self.installation).token}"

    def let_pass(self, span: timedelta) -> None:
        """Time goes by, and the worker does what it does each minute. Sessions of people may have ended by then."""
        self.clock.ahead += span
        follow_waivers(self.installation.platform)

    def link_for(self, person: str) -> str:
        """By which somebody signs in once more."""
        link = self.installation.application.access.create_login_link(local_operator(Surface.CLI), person)
        return f"{self.address}/sign-in/{link.token}"

    def cloud(self, environment: str) -> AwsClients:
        """The live cloud in the region that the golden path offers first, behind the platform's back."""
        return AwsClients(replace(self.installation.platform.cloud.target(environment), region="eu-central-1"))

    def push(self, service: str, branch: str, edit: Callable[[str], str], *, path: str = "infra/main.tf") -> None:
        """Push a commit on a branch, made where it is not there, in which one file is edited, as a developer does."""
        clone = self.folder / f"{service}-{branch}"
        if not clone.exists():
            view = self.installation.application.pages.get_service(local_operator(Surface.PORTAL), service)
            _git("clone", "-q", view.clone_url, clone)
            _git("-C", clone, "checkout", "-q", "-b", branch)
        source = clone / path
        source.write_text(edit(source.read_text(encoding="utf-8")), encoding="utf-8")
        author = ("-c", "user.name=Dana Roth", "-c", "user.email=dana@acme.example")
        _git("-C", clone, *author, "commit", "-q", "-am", "Serve the price list straight from the bucket")
        _git("-C", clone, "push", "-q", "origin", branch)


def _git(*words: object) -> None:
    subprocess.run(["git", *map(str, words)], check=True, timeout=60, capture_output=True)


@dataclass
class Somebody:
    """One person with a browser of their own. `complaints` is what the browser has against our pages."""

    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, link: str) -> None:
        """By a one-time link: look, then press."""
        self.page.goto(link)
        self.page.get_by_role("button", name="Sign in to Pavior").click()
        self.page.locator("#main").wait_for()

    def go(self, path: str) -> None:
        """To an address of the portal."""
        self.page.goto(self.site.address + path)

    def press(self, name: str) -> None:
        """The first button of that name."""
        self.page.get_by_role("button", name=name).first.click()

    def follow(self, name: str) -> None:
        """The first link of that name in the main part."""
        self.page.locator("#main").get_by_role("link", name=name).first.click()

    def see(self, text: str) -> None:
        """Wait until it can be seen in the main part."""
        self.page.locator("#main").get_by_text(text).locator("visible=true").first.wait_for()

    def see_status(self, word: str) -> None:
        """Wait until the state in the head of the page is this one."""
        self.page.locator(".head .chip", has_text=word).first.wait_for()

    def picture(self, name: str, *, is_whole: bool = False) -> None:
        """Keep what is seen, or the whole page, where pictures are wanted."""
        if _PICTURES:
            self.page.screenshot(path=Path(_PICTURES) / f"{name}.png", full_page=is_whole)

    def hear(self, message: ConsoleMessage) -> None:
        """Broken scripts, and what the content policy refuses; an answer that says no is no complaint."""
        is_ours = self.page.url.startswith(self.site.address)
        if (
            is_ours
            and message.type in ("error", "warning")
            and "the server responded with a status of 4" not in message.text
        ):
            self.complaints.append(message.text)


Arrive = Callable[..., Somebody]


@pytest.fixture(scope="module")
def more_settings() -> Mapping[str, str]:
    """Further variables of the environment; a module that needs some says them."""
    return {}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, more_settings: Mapping[str, str]) -> Iterator[Site]:
    """Served until the tests of the module are over."""
    folder = tmp_path_factory.mktemp("site")
    environment = {"PAVIOR_HOME": str(folder / "data"), "PAVIOR_KEYS": str(folder / "keys"), "PAVIOR_PORT": "0"}
    environment |= more_settings
    settings = read_settings(environment, user_home=folder)
    clock = MovedClock()
    with listen("127.0.0.1", 0) as listening, everything(settings, clock=clock) as installation:
        address = address_of(listening)
        with _served(uvicorn.Config(create_site(installation, address), lifespan="off", log_config=None), listening):
            yield Site(installation, address, folder, clock)


@contextmanager
def _served(config: uvicorn.Config, listening: Listening) -> Iterator[None]:
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        thread.join(_STARTS_WITHIN_SECONDS)


@pytest.fixture
def engine(chromium: str) -> Iterator[Browser]:
    """One browser; each person has a profile of their own in it."""
    # Chromium refuses its own sandbox to root; tests that run as somebody else keep it.
    arguments = ["--disable-gpu", "--disable-background-networking", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def arrive(site: Site, engine: Browser) -> Iterator[Arrive]:
    """Somebody comes with a browser: `arrive(width=390, has_scripts=False, is_dark=True)`."""
    contexts: list[BrowserContext] = []

    def come(*, width: int = 1280, has_scripts: bool = True, is_dark: bool = False) -> Somebody:
        context = engine.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=has_scripts,
            color_scheme="dark" if is_dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        contexts.append(context)
        somebody = Somebody(context.new_page(), site)
        somebody.page.on("console", somebody.hear)
        somebody.page.on("pageerror", lambda error: somebody.complaints.append(str(error)))
        return somebody

    yield come
    for context in contexts:
        context.close()
