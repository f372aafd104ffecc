"""A PostgreSQL server of the tests' own: on a Unix socket in a folder of its own, gone when they end."""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from pavior.storage.database import Database, open_database
from pavior.storage.migrating import create_all
from pavior.testing.databases import import_all_tables

_USER = "pavior"
_TEMPLATE = "pavior_template"
# It is thrown away, so nothing needs to survive a power failure; that Pavior's own settings do is asked elsewhere.
_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


def find_postgresql() -> Path | None:
    """Folder with `initdb` and `pg_ctl`, the newest one."""
    on_path = shutil.which("pg_ctl")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    return next((folder for folder in folders if (folder / "initdb").is_file()), None)


@dataclass
class PostgresServer:
    """Started and stopped by the tests, as a user without rights: PostgreSQL refuses to run as root."""

    binaries: Path
    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def start(self) -> None:
        """Returns when it answers."""
        options = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
        listening = f"-c listen_addresses='' -c unix_socket_directories={self.folder} {options}"
        log = self.folder / "server.log"
        self._run("pg_ctl", "-D", self.folder / "data", "-l", log, "-o", listening, "-w", "start")

    def stop(self, *, mode: str = "immediate") -> None:
        """Ends all its connections. `fast` writes everything down first, `immediate` is like a crash."""
        self._run("pg_ctl", "-D", self.folder / "data", "-m", mode, "-w", "stop")

    def url(self, name: str) -> str:
        """Of one of its databases."""
        return f"postgresql+psycopg://{_USER}@/{name}?host={self.folder}"

    def make(self, *, template: str = "template0") -> str:
        """A database of a name that was never used; its URL."""
        name = f"test_{next(self._numbers)}"
        self._sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def make_with_tables(self) -> Database:
        """A database with all tables, opened."""
        return open_database(self.make(template=_TEMPLATE))

    def prepare(self) -> None:
        """Make the cluster, start it, and keep a database with all tables to copy from."""
        self._run("initdb", "-D", self.folder / "data", "-U", _USER, "--auth=trust", "--encoding=UTF8", "--no-sync")
        self.start()
        self._sql(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
        import_all_tables()
        database = open_database(self.url(_TEMPLATE))
        create_all(database)
        database.close()

    def _sql(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user=_USER, dbname="postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str | Path) -> None:
        as_nobody = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid} if os.geteuid() == 0 else {}
        # A server keeps what it inherits open: a pipe would be waited for until it ends.
        with (self.folder / "said.log").open("ab") as log:
            finished = subprocess.run(
                [self.binaries / program, *arguments],
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=60,
                check=False,
                **as_nobody,  # type: ignore[call-overload]
            )
        if finished.returncode:
            said = (self.folder / "said.log").read_text(encoding="utf-8", errors="replace")[-2000:]
            raise RuntimeError(f"{program} ended with status {finished.returncode}: {said}")


@contextmanager
def postgresql() -> Iterator[PostgresServer]:
    """A server that answers, with nothing in it but the tables to copy."""
    binaries = find_postgresql()
    assert binaries is not None, "mark the test with pytest.mark.postgresql"
    # Short, because the path of a socket may have a hundred letters; and nobody else may enter pytest's own.
    folder = Path(tempfile.mkdtemp(prefix="pavior-pg-"))
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    server = PostgresServer(binaries, folder)
    try:
        server.prepare()
        yield server
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
