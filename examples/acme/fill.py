"""Fill a running Pavior with Acme, a small pretend company; README.md beside this file says how and why."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PATIENCE_SECONDS = 120
PAVIOR = os.environ.get("PAVIOR", "pavior").split()
TEAMS = {"payments": "Payments", "logistics": "Logistics", "growth": "Growth"}
# Name, role, team.
PEOPLE = (
    ("dana", "developer", "payments"),
    ("lena", "developer", "logistics"),
    ("gus", "developer", "growth"),
    ("sam", "security", ""),
    ("sven", "security", ""),
    ("pat", "platform", ""),
)
# Service, who makes it, data class.
SERVICES = (
    ("invoices", "dana", "confidential"),
    ("refunds", "dana", "confidential"),
    ("shipments", "lena", "internal"),
    ("routes", "lena", "internal"),
    ("campaigns", "gus", "internal"),
    ("shop-window", "gus", "public"),
)
# These keep no old versions of their files, which is only warned of outside of production.
WITHOUT_VERSIONS = ("routes", "campaigns", "shop-window")
VERSIONED = "object-storage-versioned"


def pavior(*words: str, by: str = "") -> Any:
    """The answer of one command, by the person `by`; the program ends where the answer is an error."""
    command = [*PAVIOR, *words, "--json", *(("--as", by) if by else ())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode > 1:
        # With --json an error is told on standard output.
        sys.exit(done.stderr or done.stdout)
    return json.loads(done.stdout)


def push(service: str, branch: str, title: str, edit: Callable[[Path], None], person: str) -> None:
    """A branch with one commit, in which `edit` changed the working tree, by whom it is."""
    url = pavior("service", "show", service)["clone_url"]
    author = ("-c", f"user.name={person}", "-c", f"user.email={person}@acme.example")
    with tempfile.TemporaryDirectory() as folder:
        git = ("git", "-C", folder)
        subprocess.run(["git", "clone", "-q", url, folder], check=True)
        edit(Path(folder))
        subprocess.run([*git, "checkout", "-q", "-b", branch], check=True)
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, *author, "commit", "-q", "-m", title], check=True)
        subprocess.run([*git, "push", "-q", "origin", branch], check=True)


def keep_no_versions(folder: Path) -> None:
    """Of the files that the service keeps."""
    source = folder / "infra" / "main.tf"
    text = source.read_text(encoding="utf-8")
    if '"Enabled"' not in text:
        sys.exit('The golden path no longer says "Enabled".')
    source.write_text(text.replace('"Enabled"', '"Suspended"'), encoding="utf-8")


def take_orders(folder: Path) -> None:
    """Of partners, through a queue; and the threat model that people wrote for it."""
    shutil.copy(HERE / "invoices" / "intake.tf", folder / "infra")
    model = (HERE / "invoices" / "threatmodel.yaml").read_text(encoding="utf-8")
    # What it accepts ends two months from now, whenever that is.
    end = datetime.now(UTC).date() + timedelta(days=60)
    (folder / "threatmodel.yaml").write_text(model.replace("until: 2027-01-15", f"until: {end}"), encoding="utf-8")


def let_anybody_send(folder: Path) -> None:
    """The same queue, open to everybody: a proposal that waits for a security review, and is blocked besides."""
    queue = (HERE / "invoices" / "intake.tf").read_text(encoding="utf-8")
    opened = queue.replace('{ AWS = "arn:aws:iam::111122223333:root" }', '"*"')
    (folder / "infra" / "intake.tf").write_text(opened, encoding="utf-8")


def await_review(service: str) -> Any:
    """The review that the check of the push asks for."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = pavior("threat", "reviews", "--service", service)["items"]
        if found:
            return found[0]
        time.sleep(1)
    sys.exit(f"Nobody asked for a review of {service}; see: pavior run list.")


def main() -> None:
    """Teams, people and services, then what some of them do differently."""
    teams = {person: team for person, _, team in PEOPLE}
    for name, title in TEAMS.items():
        pavior("team", "create", name, "--title", title)
    for name, role, team in PEOPLE:
        pavior("user", "invite", name, "--role", role, *(("--team", team) if team else ()))
    for name, person, data_class in SERVICES:
        print(f"{name}: made and deployed to dev", flush=True)
        wishes = (f"name={name}", f"team={teams[person]}", f"data_class={data_class}")
        pavior("service", "create", "python-service", *(word for wish in wishes for word in ("--set", wish)), by=person)
    makers = {name: person for name, person, _ in SERVICES}
    for name in WITHOUT_VERSIONS:
        person = makers[name]
        print(f"{name}: {person} keeps no old versions of files", flush=True)
        push(name, "no-versions", "Keep no old versions of files", keep_no_versions, person)
        pavior("change", "open", f"{name}/dev", "--branch", "no-versions", by=person)
    print("shop-window: a waiver for a month", flush=True)
    waiver = pavior(
        "waiver", "request", VERSIONED, "shop-window/dev", "--subject", "aws_s3_bucket.files", "--days", "30",
        "--reason", "Every picture is made again each night.", by="gus",
    )  # fmt: skip
    pavior("waiver", "approve", waiver["id"], "--reason", "Until the pictures have a home.", by="sam")
    print("invoices: orders of partners through a queue, and what security says of it", flush=True)
    push("invoices", "partner-orders", "Take orders of partners", take_orders, "dana")
    review = await_review("invoices")
    pavior(
        "threat", "sign-off", "invoices", review["id"], "--digest", review["digest"],
        "--reason", "Only the partners' account sends, and over TLS.", by="sam",
    )  # fmt: skip
    pavior("change", "open", "invoices/dev", "--branch", "partner-orders", by="dana")
    print("refunds: the same queue, open to everybody, waits for a review", flush=True)
    push("refunds", "public-intake", "Let shops hand refunds in", let_anybody_send, "dana")
    await_review("refunds")
    print("Acme is there. See examples/acme/README.md for what to look at.")


if __name__ == "__main__":
    main()
