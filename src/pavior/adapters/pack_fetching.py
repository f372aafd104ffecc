"""Brings one commit of a Git repository into a folder, and proves that it is that commit: `pavior control fetch`.

Git runs as the person would run it, with their own settings, keys and helpers: it was they who asked for it. No file of
the repository is run, and no filter or attribute of it changes what is written.
"""

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from pavior.adapters.process import Finished, run
from pavior.content.configuration import PackSource
from pavior.content.git_objects import MODE_FILE, MODE_PROGRAM
from pavior.content.packs import COMMIT_FILE, CONTENT_FOLDER, FETCHED_FOLDER, verify_fetched
from pavior.kernel.errors import InvalidError, UnavailableError

TIMEOUT_SECONDS = 300.0
MAXIMUM_FILES = 20_000
# Of the person's own environment, what Git needs to find settings and keys.
INHERITED = ("HOME", "XDG_CONFIG_HOME", "SSH_AUTH_SOCK", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")
_SHOWN_BYTES = 400
_HASH_DIGITS = 40


def fetch_pack(source: PackSource, base: Path, environment: Mapping[str, str]) -> bool:
    """Fetch the commit below `base`, the folder of the file that names it; False when it is there already.

    What is there is verified, and never trusted for being there.

    Raises:
        InvalidError: `pack-altered`; `pack-invalid` for what a pack may not hold, such as a link.
        UnavailableError: `pack-unreachable`, and as `process.run`.
    """
    place = base / FETCHED_FOLDER / source.commit
    if place.is_dir():
        verify_fetched(place, source.commit)
        return False
    # What is checked may be somebody's proposal, and is not to say where we write.
    for folder in (place.parent.parent, place.parent):
        if folder.is_symlink():
            raise _refused(source, f"{folder} is a link")
    place.parent.mkdir(parents=True, exist_ok=True)
    # Nobody wants what was fetched in a commit of their own.
    with suppress(FileExistsError), (base / ".pavior" / ".gitignore").open("x", encoding="utf-8") as ignored:
        # What else stands there belongs to the repository, such as the answers of a golden path.
        ignored.write("/.gitignore\n/packs/\n")
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".fetching-") as temporary:
        making = Path(temporary)
        repository = making / "repository.git"
        _git(making, ["init", "--quiet", "--bare", "--template=", str(repository)], source, environment)
        _git(
            repository,
            ["fetch", "--quiet", "--no-tags", "--depth=1", "--", source.repository, source.commit],
            source,
            environment,
        )
        made = making / "made"
        (made / CONTENT_FOLDER).mkdir(parents=True)
        body = _git(repository, ["cat-file", "commit", source.commit], source, environment).stdout
        (made / COMMIT_FILE).write_bytes(body)
        _write_tree(repository, made / CONTENT_FOLDER, source, environment)
        verify_fetched(made, source.commit)
        shutil.move(made, place)
    return True


def _write_tree(repository: Path, into: Path, source: PackSource, environment: Mapping[str, str]) -> None:
    listed = _git(repository, ["ls-tree", "-r", "-z", source.commit], source, environment).stdout
    lines = [line for line in listed.split(b"\0") if line]
    if len(lines) > MAXIMUM_FILES:
        raise _refused(source, f"it holds more than {MAXIMUM_FILES} files")
    for line in lines:
        words, _, raw = line.partition(b"\t")
        mode, _, entry_id = words.decode("ascii").split(" ")
        name = raw.decode("utf-8", "surrogateescape")
        if mode not in (MODE_FILE, MODE_PROGRAM) or len(entry_id) != _HASH_DIGITS:
            raise _refused(source, f"{name[:80]!r} is a link or another repository")
        if any(part in ("", ".", "..") or part.lower() == ".git" for part in name.split("/")):
            raise _refused(source, f"{name[:80]!r} is no name of a file")
        file = into / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_git(repository, ["cat-file", "blob", entry_id], source, environment).stdout)
        file.chmod(0o755 if mode == MODE_PROGRAM else 0o644)


def _git(folder: Path, arguments: list[str], source: PackSource, environment: Mapping[str, str]) -> Finished:
    variables = {name: environment[name] for name in INHERITED if environment.get(name)}
    finished = run(
        ["git", "-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never", *arguments],
        cwd=folder,
        timeout_seconds=TIMEOUT_SECONDS,
        variables={**variables, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
    )
    if finished.exit_status != 0:
        said = finished.stderr[:_SHOWN_BYTES].decode("utf-8", "replace").strip()
        raise UnavailableError(
            "pack-unreachable",
            f"{source.origin}: {source} cannot be fetched: {said}",
            fix="Look at the address and the commit, and whether git fetch works there for you.",
            context={"repository": source.repository},
        )
    return finished


def _refused(source: PackSource, why: str) -> InvalidError:
    return InvalidError(
        "pack-invalid",
        f"{source.origin}: {source} cannot be used: {why}.",
        fix="Keep a pack in plain files, of the shape that docs/guides/own-controls.md shows.",
        context={"repository": source.repository},
    )
