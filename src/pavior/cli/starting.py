"""Commands that start something, and `pavior version`."""

import platform
from pathlib import Path

import click

from pavior import __version__
from pavior.cli.answer import Answer, Text
from pavior.cli.launcher import Launcher, UpRequest
from pavior.cli.verb import OpenVerb

_HIGHEST_PORT = 65535
_OPERATOR = "whoever can start it on this machine can read its data folder."
_port = click.IntRange(0, _HIGHEST_PORT)


@click.command("up", cls=OpenVerb, public_because=_OPERATOR, example="pavior up --port 8330")
@click.option("--port", type=_port, help="Port of the portal; 0 lets the system choose.")
@click.option("--no-demo", is_flag=True, help="Leave an empty data folder empty.")
def up(launcher: Launcher, port: int | None, no_demo: bool, is_json: bool) -> int:
    """Start sandbox, server and worker here until Ctrl-C; walk the road once when there is no data yet."""
    return launcher.up(UpRequest(port=port, is_demo_wanted=not no_demo, is_json=is_json))


@click.command("demo", cls=OpenVerb, public_because="it uses a fresh folder of its own.", example="pavior demo")
@click.option("--folder", type=click.Path(path_type=Path), help="Use and keep this new folder.")
def demo(launcher: Launcher, folder: Path | None, is_json: bool) -> int:
    """Walk the whole road in the sandbox, print the receipt; exit status 0 only if each step ended as it should."""
    return launcher.demo(folder=folder, is_json=is_json)


@click.command("server", cls=OpenVerb, public_because=_OPERATOR, example="pavior server --port 8330")
@click.option("--port", type=_port, help="Port of portal and API; 0 lets the system choose.")
def server(launcher: Launcher, port: int | None, is_json: bool) -> int:
    """Serve portal and API, without worker and sandbox."""
    return launcher.server(port=port, is_json=is_json)


@click.command("worker", cls=OpenVerb, public_because=_OPERATOR, example="pavior worker")
@click.option("--until-input-ends", is_flag=True, help="End at once when standard input does.")
def worker(launcher: Launcher, until_input_ends: bool, is_json: bool) -> int:
    """Work off runs, without server and sandbox."""
    return launcher.worker(is_companion=until_input_ends, is_json=is_json)


@click.command("sandbox", cls=OpenVerb, public_because=_OPERATOR, example="pavior sandbox --port 0")
@click.option("--port", type=_port, default=0, help="Port on 127.0.0.1; 0 lets the system choose.")
def sandbox(launcher: Launcher, port: int, is_json: bool) -> int:
    """Run the sandbox cloud; it forgets everything when it stops."""
    return launcher.sandbox(port=port, is_json=is_json)


@click.command("backup", cls=OpenVerb, public_because=_OPERATOR, example="pavior backup pavior-today.tar.gz")
@click.argument("into", type=click.Path(path_type=Path))
def backup(launcher: Launcher, into: Path, is_json: bool) -> int:
    """Write database and repositories into the new file INTO while Pavior works; the keys are not in it."""
    return launcher.backup(into, is_json=is_json)


@click.command("restore", cls=OpenVerb, public_because=_OPERATOR, example="pavior restore pavior-today.tar.gz")
@click.argument("file", type=click.Path(path_type=Path))
def restore(launcher: Launcher, file: Path, is_json: bool) -> int:
    """Make the data folder, which must be empty, out of the backup FILE; exit status 1 when its audit log is broken."""
    return launcher.restore(file, is_json=is_json)


@click.command("version", cls=OpenVerb, public_because="it tells nothing of anybody.", example="pavior version --json")
def version(launcher: Launcher, is_json: bool) -> Answer:  # noqa: ARG001 - every open verb takes them
    """Say which Pavior this is, and on which Python."""
    document = {"pavior": __version__, "python": platform.python_version()}
    return Answer(document, (Text(f"pavior {__version__} on Python {platform.python_version()}"),))
