"""What the operator may choose, and what is refused."""

import ast
import platform
from dataclasses import fields
from pathlib import Path

import pytest

from pavior.kernel.errors import InvalidError
from pavior.settings import VARIABLES, Settings, read_settings

HOME = Path("/home/mara")
THIS_FILE = Path(__file__).resolve()


def test_without_any_variable_everything_lies_in_the_users_own_folders() -> None:
    settings = read_settings({}, user_home=HOME)

    assert settings == Settings(
        home=Path("/home/mara/.local/share/pavior"),
        keys_folder=Path("/home/mara/.config/pavior/keys"),
        database_url="sqlite:////home/mara/.local/share/pavior/pavior.db",
        worker=platform.node(),
        engine="embedded",
        golden_paths=None,
        controls=None,
        frameworks=None,
        threat_reviews=None,
        terraform_mirror=None,
        user_home=HOME,
        drift_minutes=360,
        keep_logs_days=365,
        cloud="sandbox",
        aws_roles=None,
        region="eu-west-1",
        host="127.0.0.1",
        port=8330,
        public_url="",
        trusted_proxies=("127.0.0.1",),
        requests_per_minute=600,
        sign_in=None,
        vault_address="",
        vault_token_file=None,
        token="",
        log_format="text",
        traces_endpoint="",
        environment={},
    )


def test_every_variable_is_read() -> None:
    environment = {
        "PAVIOR_HOME": "/srv/pavior",
        "PAVIOR_KEYS": "~/keys",
        "PAVIOR_DATABASE_URL": "postgresql+psycopg://pavior@db/pavior",
        "PAVIOR_WORKER": "left-1",
        "PAVIOR_ENGINE": "terraform",
        "PAVIOR_GOLDEN_PATHS": "/",
        "PAVIOR_CONTROLS": str(THIS_FILE),
        "PAVIOR_FRAMEWORKS": "/",
        "PAVIOR_THREAT_REVIEWS": str(THIS_FILE),
        "PAVIOR_TERRAFORM_MIRROR": "/",
        "PAVIOR_DRIFT_MINUTES": "0",
        "PAVIOR_KEEP_LOGS_DAYS": "90",
        "PAVIOR_CLOUD": "aws",
        "PAVIOR_AWS_ROLES": "/etc/pavior/aws-roles.toml",
        "PAVIOR_REGION": "us-east-1",
        "PAVIOR_HOST": "0.0.0.0",  # noqa: S104 - only read here
        "PAVIOR_PORT": "0",
        "PAVIOR_PUBLIC_URL": "https://pavior.example.org/",
        "PAVIOR_TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.7",
        "PAVIOR_REQUESTS_PER_MINUTE": "90",
        "PAVIOR_SIGN_IN": "/etc/pavior/sign-in.toml",
        "PAVIOR_VAULT_ADDRESS": "https://vault.example.org:8200/",
        "PAVIOR_VAULT_TOKEN_FILE": "~/vault-token",
        "PAVIOR_TOKEN": "secret",
        "PAVIOR_LOG_FORMAT": "json",
        "PAVIOR_TRACES_ENDPOINT": "http://127.0.0.1:4318",
    }

    settings = read_settings(environment, user_home=HOME)

    assert settings == Settings(
        home=Path("/srv/pavior"),
        keys_folder=Path("/home/mara/keys"),
        database_url="postgresql+psycopg://pavior@db/pavior",
        worker="left-1",
        engine="terraform",
        golden_paths=Path("/"),
        controls=THIS_FILE,
        frameworks=Path("/"),
        threat_reviews=THIS_FILE,
        terraform_mirror=Path("/"),
        user_home=HOME,
        drift_minutes=0,
        keep_logs_days=90,
        cloud="aws",
        aws_roles=Path("/etc/pavior/aws-roles.toml"),
        region="us-east-1",
        host="0.0.0.0",  # noqa: S104 - only read here
        port=0,
        public_url="https://pavior.example.org",
        trusted_proxies=("10.0.0.0/8", "192.0.2.7"),
        requests_per_minute=90,
        sign_in=Path("/etc/pavior/sign-in.toml"),
        vault_address="https://vault.example.org:8200",
        vault_token_file=Path("/home/mara/vault-token"),
        token="secret",
        log_format="json",
        traces_endpoint="http://127.0.0.1:4318",
        environment=environment,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PAVIOR_HOME", "data"),
        ("PAVIOR_KEYS", "keys"),
        ("PAVIOR_DATABASE_URL", "pavior.db"),
        ("PAVIOR_CONTROLS", "/there/is/none.yaml"),
        ("PAVIOR_WORKER", "../w"),
        ("PAVIOR_DRIFT_MINUTES", "often"),
        ("PAVIOR_TERRAFORM_MIRROR", "/there/is/none"),
        ("PAVIOR_WORKER", "w" * 64),
        ("PAVIOR_PORT", "http"),
        ("PAVIOR_PORT", "-1"),
        ("PAVIOR_PORT", "65536"),
        ("PAVIOR_PORT", "²"),
        ("PAVIOR_PUBLIC_URL", "pavior.example.org"),
        ("PAVIOR_TRUSTED_PROXIES", "*"),
        ("PAVIOR_TRUSTED_PROXIES", "10.0.0.1,"),
        ("PAVIOR_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("PAVIOR_REQUESTS_PER_MINUTE", "many"),
        ("PAVIOR_LOG_FORMAT", "xml"),
        ("PAVIOR_CLOUD", "moon"),
    ],
)
def test_a_value_that_means_nothing_is_refused_by_the_name_of_its_variable(name: str, value: str) -> None:
    with pytest.raises(InvalidError, match=name) as caught:
        read_settings({name: value}, user_home=HOME)

    assert caught.value.code == "setting-invalid"


@pytest.mark.parametrize("keys", ["/srv/pavior", "/srv/pavior/keys", "/srv/other/../pavior/keys"])
def test_keys_may_not_lie_in_the_data_folder(keys: str) -> None:
    with pytest.raises(InvalidError, match="inside the data folder"):
        read_settings({"PAVIOR_HOME": "/srv/pavior", "PAVIOR_KEYS": keys}, user_home=HOME)


def test_a_link_that_leads_into_the_data_folder_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "data" / "keys").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "data" / "keys")

    with pytest.raises(InvalidError, match="inside the data folder"):
        read_settings({"PAVIOR_HOME": str(tmp_path / "data"), "PAVIOR_KEYS": str(tmp_path / "link")}, user_home=HOME)


def test_a_database_password_is_neither_shown_nor_repeated() -> None:
    settings = read_settings({"PAVIOR_DATABASE_URL": "postgresql://a:hunter2@db/x"}, user_home=HOME)
    with pytest.raises(InvalidError) as caught:
        read_settings({"PAVIOR_DATABASE_URL": "a:hunter2@db"}, user_home=HOME)

    assert "hunter2" not in repr(settings)
    assert "hunter2" not in f"{caught.value}{caught.value.fix}{caught.value.context}"


def test_there_is_a_variable_for_every_setting() -> None:
    names = {item.name.removesuffix("_folder") for item in fields(Settings)}

    # Where `~` leads is given beside the variables, and the environment itself holds them all.
    assert {item.name.removeprefix("PAVIOR_").lower() for item in VARIABLES} == names - {"user_home", "environment"}


def test_the_environment_is_read_in_main_alone(root: Path) -> None:
    """The settings are made from `os.environ` by `main`; what runs programs or draws screens names what it takes."""
    allowed = {"main.py", "cli/printing.py"}
    source = root / "src" / "pavior"
    readers = set()
    for path in source.rglob("*.py"):
        name = path.relative_to(source).as_posix()
        if name.startswith(("adapters/", "content/goldenpaths/")):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
                readers.add(name)

    assert readers <= allowed


@pytest.mark.generated
def test_the_reference_of_settings_is_fresh(reference_page: object) -> None:
    assert callable(reference_page)
    rows = "\n".join(f"| `{item.name}` | {item.default} | {item.meaning} |" for item in VARIABLES)
    text = (
        "# Settings\n\nPavior reads its settings once, from environment variables. An empty value counts as absent.\n"
        "A value that means nothing stops the start with `setting-invalid`.\n\n"
        f"| Variable | Default | Meaning |\n|---|---|---|\n{rows}\n"
    )

    reference_page("settings.md", text)
