"""What the operator chose, read once from the environment. Nothing else in Pavior reads it."""

import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

from pavior.kernel.errors import InvalidError
from pavior.kernel.secret_references import is_secret_reference

HIGHEST_PORT = 65535
_MOST_MINUTES = 60 * 24 * 366
_MOST_DAYS = 36_500
_MOST_REQUESTS = 1_000_000
_WORKER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,62}")


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: its name, what holds without it, and what it means."""

    name: str
    default: str
    meaning: str


VARIABLES: tuple[Variable, ...] = (
    Variable(
        "PAVIOR_HOME",
        "`~/.local/share/pavior`",
        "The data folder: database, repositories, work folders. `make up` sets it to `.pavior` in the checkout.",
    ),
    Variable(
        "PAVIOR_KEYS",
        "`~/.config/pavior/keys`",
        "The folder of the keys that seal secrets and sign the audit log. It may not lie inside the data folder, "
        "so that no backup holds both.",
    ),
    Variable(
        "PAVIOR_DATABASE_URL",
        "`sqlite:///` and `pavior.db` in the data folder",
        "Where the database is, as a SQLAlchemy URL: `postgresql+psycopg://USER@HOST/NAME` for several workers or "
        "machines, with `pip install 'pavior[postgresql]'`. Or where that URL lies: `env:NAME`, `file:/path`, "
        "`vault:MOUNT/PATH#FIELD`.",
    ),
    Variable(
        "PAVIOR_WORKER",
        "the name of the machine",
        "The name of this worker where several share a PostgreSQL database. It stays the same over restarts, so that "
        "the worker takes up what it left; two workers on one machine need two names.",
    ),
    Variable(
        "PAVIOR_ENGINE",
        "`embedded`",
        "The engine that new environments get where their golden path names none: `embedded`, `cloudformation`, or "
        "`terraform` or `opentofu` where they are installed.",
    ),
    Variable(
        "PAVIOR_GOLDEN_PATHS",
        "none",
        "A folder of golden paths of your own, beside those that come with Pavior; "
        "see [how to write one](../guides/add-a-golden-path.md). The same for server and workers.",
    ),
    Variable(
        "PAVIOR_CONTROLS",
        "none",
        "A YAML file with values for the parameters of controls, and with packs of controls of your own; "
        "see [the guide](../guides/own-controls.md). Read when server or worker starts, and by `pavior check`. "
        "The same for all of them.",
    ),
    Variable(
        "PAVIOR_FRAMEWORKS",
        "none",
        "A folder of compliance frameworks of your own, one TOML file each; "
        "see [the guide](../guides/show-compliance.md). Read when the server starts. The same for server and workers.",
    ),
    Variable(
        "PAVIOR_THREAT_REVIEWS",
        "the built-in rules",
        "A TOML file that says which changes of a threat model need a security review; "
        "see [the guide](../guides/review-threats.md). Read when server or worker starts. The same for all of them.",
    ),
    Variable(
        "PAVIOR_TERRAFORM_MIRROR",
        "none",
        "A folder made by `terraform providers mirror`. With it, providers come from there and from nowhere else; "
        "without it, Terraform asks their registry.",
    ),
    Variable(
        "PAVIOR_CLOUD",
        "`sandbox`",
        "Where environments live: `sandbox` on this machine, or `aws`, by the roles of `PAVIOR_AWS_ROLES` or else with "
        "the credentials that AWS tools would use.",
    ),
    Variable(
        "PAVIOR_DRIFT_MINUTES",
        "`360`",
        "How old the last look at an environment may become before drift is looked for again, a tenth more or less; "
        "`0` switches that off.",
    ),
    Variable(
        "PAVIOR_AWS_ROLES",
        "none",
        "A TOML file about the AWS roles that are taken for each environment, one to plan and one to apply; "
        "see [the guide](../guides/aws.md).",
    ),
    Variable(
        "PAVIOR_KEEP_LOGS_DAYS",
        "`365`",
        "How long after its end the log of a run is kept; `0` keeps it for ever. Runs themselves, Changes, decisions "
        "and the audit log are always kept.",
    ),
    Variable("PAVIOR_REGION", "`eu-west-1`", "The AWS region of the cloud; a stack may name another one."),
    Variable("PAVIOR_HOST", "`127.0.0.1`", "The address on which portal and API listen."),
    Variable("PAVIOR_PORT", "`8330`", "The port on which portal and API listen; `0` lets the system choose one."),
    Variable(
        "PAVIOR_PUBLIC_URL",
        "`http://` with host and port",
        "The address under which people reach the portal; links in messages begin with it, and with `https` cookies "
        "are marked secure.",
    ),
    Variable(
        "PAVIOR_TRUSTED_PROXIES",
        "`127.0.0.1`",
        "Addresses or networks of reverse proxies, with commas between: their `X-Forwarded-For` says where a request "
        "comes from.",
    ),
    Variable(
        "PAVIOR_REQUESTS_PER_MINUTE",
        "`600`",
        "How often one person or service token may ask in a minute, of each server: all at once, and then "
        "spread evenly. More is answered with 429. `0` switches that off.",
    ),
    Variable(
        "PAVIOR_SIGN_IN",
        "none",
        "A TOML file about the OpenID provider by which people sign in, and what its groups mean; "
        "see [the guide](../guides/sign-in.md).",
    ),
    Variable(
        "PAVIOR_VAULT_ADDRESS",
        "none",
        "Where HashiCorp Vault or OpenBao answers, for secrets named as `vault:MOUNT/PATH#FIELD`.",
    ),
    Variable(
        "PAVIOR_VAULT_TOKEN_FILE",
        "none",
        "The file that holds the token for it, kept fresh by its agent; read at each use.",
    ),
    Variable("PAVIOR_TOKEN", "none", "A service token: the command line acts as it instead of as a local operator."),
    Variable(
        "PAVIOR_TRACES_ENDPOINT",
        "none",
        "A collector of OpenTelemetry that takes traces (OTLP over HTTP), such as `http://127.0.0.1:4318`, with "
        "`pip install 'pavior[traces]'`.",
    ),
    Variable("PAVIOR_LOG_FORMAT", "`text`", "How the server writes its log: `text` or `json`."),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices, checked.

    Args:
        home: Absolute path of the data folder; it need not exist yet.
        database_url: A URL, or the reference to a secret that is one.
        keys_folder: Absolute path, outside `home`.
        controls: The file with values and packs, if there is one.
        frameworks: The folder of frameworks of one's own, if there is one.
        user_home: Of whoever runs Pavior: what lies there is hidden from engines.
        cloud: `sandbox` or `aws`.
        port: 0 to 65535; 0 lets the system choose.
        public_url: Without a slash at the end; empty means host and port.
        trusted_proxies: Addresses and networks, such as `10.0.0.0/8`.
        requests_per_minute: Of one caller; 0 for as many as they like.
        sign_in: The file about the identity provider, if there is one.
        vault_address: Without a slash at the end; empty for none.
        environment: What it was all read from, for secrets that lie there.
        token: Service token for the command line, or empty.
        log_format: `text` or `json`.
    """

    home: Path
    keys_folder: Path
    database_url: str = field(repr=False)
    worker: str
    engine: str
    golden_paths: Path | None
    controls: Path | None
    frameworks: Path | None
    threat_reviews: Path | None
    terraform_mirror: Path | None
    user_home: Path
    drift_minutes: int
    keep_logs_days: int
    cloud: str
    aws_roles: Path | None
    region: str
    host: str
    port: int
    public_url: str
    trusted_proxies: tuple[str, ...]
    requests_per_minute: int
    sign_in: Path | None
    vault_address: str
    vault_token_file: Path | None
    token: str = field(repr=False)
    log_format: str
    traces_endpoint: str
    environment: Mapping[str, str] = field(repr=False)


def read_settings(environment: Mapping[str, str], *, user_home: Path) -> Settings:
    """The settings in `environment`, usually `os.environ`; an empty value counts as absent.

    Args:
        environment: Names and values; names that are not in `VARIABLES` are not looked at.
        user_home: Where `~` leads.

    Raises:
        InvalidError: `setting-invalid`; it names the variable, never a secret value.
    """
    home = _path(environment, "PAVIOR_HOME", user_home) or user_home / ".local" / "share" / "pavior"
    keys_folder = _path(environment, "PAVIOR_KEYS", user_home) or user_home / ".config" / "pavior" / "keys"
    if keys_folder.resolve().is_relative_to(home.resolve()):
        raise InvalidError(
            "setting-invalid",
            f"PAVIOR_KEYS ({keys_folder}) lies inside the data folder ({home}), so a backup would hold both.",
            fix="Set PAVIOR_KEYS to a folder outside PAVIOR_HOME.",
        )
    return Settings(
        home=home,
        keys_folder=keys_folder,
        database_url=_database_url(environment, home),
        worker=_worker(environment),
        engine=environment.get("PAVIOR_ENGINE") or "embedded",
        golden_paths=_existing(environment, "PAVIOR_GOLDEN_PATHS", user_home),
        controls=read_controls_file(environment, user_home=user_home),
        frameworks=_existing(environment, "PAVIOR_FRAMEWORKS", user_home),
        threat_reviews=_file(environment, "PAVIOR_THREAT_REVIEWS", user_home),
        terraform_mirror=_existing(environment, "PAVIOR_TERRAFORM_MIRROR", user_home),
        user_home=user_home,
        drift_minutes=_number(environment, "PAVIOR_DRIFT_MINUTES", 360, _MOST_MINUTES),
        keep_logs_days=_number(environment, "PAVIOR_KEEP_LOGS_DAYS", 365, _MOST_DAYS),
        cloud=_one_of(environment, "PAVIOR_CLOUD", ("sandbox", "aws")),
        aws_roles=_path(environment, "PAVIOR_AWS_ROLES", user_home),
        region=environment.get("PAVIOR_REGION") or "eu-west-1",
        host=environment.get("PAVIOR_HOST") or "127.0.0.1",
        port=_number(environment, "PAVIOR_PORT", 8330, HIGHEST_PORT),
        public_url=_web_address(environment, "PAVIOR_PUBLIC_URL"),
        trusted_proxies=_networks(environment, "PAVIOR_TRUSTED_PROXIES", "127.0.0.1"),
        requests_per_minute=_number(environment, "PAVIOR_REQUESTS_PER_MINUTE", 600, _MOST_REQUESTS),
        sign_in=_path(environment, "PAVIOR_SIGN_IN", user_home),
        vault_address=_web_address(environment, "PAVIOR_VAULT_ADDRESS"),
        vault_token_file=_path(environment, "PAVIOR_VAULT_TOKEN_FILE", user_home),
        token=environment.get("PAVIOR_TOKEN", ""),
        log_format=_one_of(environment, "PAVIOR_LOG_FORMAT", ("text", "json")),
        traces_endpoint=_web_address(environment, "PAVIOR_TRACES_ENDPOINT"),
        environment=environment,
    )


def read_controls_file(environment: Mapping[str, str], *, user_home: Path) -> Path | None:
    """The file that PAVIOR_CONTROLS names, which must be there.

    Raises:
        InvalidError: `setting-invalid`.
    """
    return _file(environment, "PAVIOR_CONTROLS", user_home)


def _file(environment: Mapping[str, str], name: str, user_home: Path) -> Path | None:
    file = _path(environment, name, user_home)
    if file is not None and not file.is_file():
        raise InvalidError(
            "setting-invalid",
            f"{name} is {str(file)!r}, and there is no such file.",
            fix=f"Make it, or unset {name}.",
        )
    return file


def _path(environment: Mapping[str, str], name: str, user_home: Path) -> Path | None:
    text = environment.get(name)
    if not text:
        return None
    path = user_home / text[2:] if text.startswith("~/") else Path(text)
    if not path.is_absolute():
        # A relative path would name another place from each folder a command is typed in.
        raise InvalidError(
            "setting-invalid", f"{name} is {text!r}, a relative path.", fix=f"Set {name} to an absolute path."
        )
    return path


def _database_url(environment: Mapping[str, str], home: Path) -> str:
    text = environment.get("PAVIOR_DATABASE_URL") or f"sqlite:///{home / 'pavior.db'}"
    if "://" not in text and not is_secret_reference(text):
        # The value may hold a password, so it is not repeated.
        raise InvalidError(
            "setting-invalid",
            "PAVIOR_DATABASE_URL is not a database URL.",
            fix="Write it as sqlite:////absolute/path.db or postgresql+psycopg://user@host/name, or where it lies.",
        )
    return text


def _existing(environment: Mapping[str, str], name: str, user_home: Path) -> Path | None:
    folder = _path(environment, name, user_home)
    if folder is not None and not folder.is_dir():
        raise InvalidError(
            "setting-invalid",
            f"{name} is {str(folder)!r}, and there is no such folder.",
            fix=f"Make it, or unset {name}.",
        )
    return folder


def _worker(environment: Mapping[str, str]) -> str:
    text = environment.get("PAVIOR_WORKER") or platform.node() or "worker-1"
    if not _WORKER_NAME.fullmatch(text):
        raise InvalidError(
            "setting-invalid",
            f"PAVIOR_WORKER is {text[:80]!r}, which is no name for a worker.",
            fix="Set it to 1 to 63 letters, digits, dots and hyphens.",
        )
    return text


def _number(environment: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = environment.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise InvalidError(
            "setting-invalid",
            f"{name} is {text[:20]!r}, which is no number that it may be.",
            fix=f"Set {name} to a number from 0 to {most}.",
        )
    return int(text)


def _web_address(environment: Mapping[str, str], name: str) -> str:
    text = environment.get(name, "")
    if text and not text.startswith(("http://", "https://")):
        raise InvalidError(
            "setting-invalid",
            f"{name} is {text[:80]!r}, which is not a web address.",
            fix="Write it with its scheme, for example https://pavior.example.org.",
        )
    return text.rstrip("/")


def _networks(environment: Mapping[str, str], name: str, default: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in (environment.get(name) or default).split(","))
    for word in words:
        try:
            ip_network(word)
        except ValueError:
            raise InvalidError(
                "setting-invalid",
                f"{name} names {word[:60]!r}, which is neither an IP address nor a network.",
                fix="Write it like 10.1.2.3 or 10.0.0.0/8, with commas between several.",
            ) from None
    return words


def _one_of(environment: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    """The word that stands there, or the first one when none does."""
    text = environment.get(name) or words[0]
    if text not in words:
        raise InvalidError("setting-invalid", f"{name} is {text[:20]!r}.", fix=f"Set {name} to {' or '.join(words)}.")
    return text
