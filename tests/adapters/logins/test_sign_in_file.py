"""The operator's file about sign-in is read, or told what is wrong with it."""

from pathlib import Path

import pytest

from pavior.adapters.logins.sign_in_file import read_sign_in_file
from pavior.identity.model import Role
from pavior.kernel.errors import InvalidError

SMALLEST = """
issuer = "https://id.acme.example"
client_id = "pavior"

[[groups]]
name = "eng"
roles = ["developer"]
"""


def _written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sign-in.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_small_file_is_enough(tmp_path: Path) -> None:
    found = read_sign_in_file(_written(tmp_path, SMALLEST))

    assert (found.issuer, found.client_id, found.client_secret) == ("https://id.acme.example", "pavior", "")
    assert found.scopes == ("openid", "profile", "email")
    assert found.mapping.grant(["eng"]).roles == {Role.DEVELOPER}


def test_the_groups_together_say_what_somebody_is(tmp_path: Path) -> None:
    text = SMALLEST + '[[groups]]\nname = "Payments"\nroles = ["platform"]\nteams = ["payments", "ledger"]\n'

    mapping = read_sign_in_file(_written(tmp_path, text)).mapping

    both = mapping.grant(["eng", "Payments", "Chess"])
    assert both.roles == {Role.DEVELOPER, Role.PLATFORM}
    assert both.teams == mapping.teams == {"payments", "ledger"}
    assert not mapping.grant(["payments", "ENG"]).roles


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("https://id", "http://id", "issuer"),
        ("acme.example", "acme.example#x", "issuer"),
        ('issuer = "https://id.acme.example"', "", "issuer"),
        ('"pavior"', '""', "client_id"),
        ('"pavior"', '"pavior"\nclient_secret = "hunter2"', "file:/path"),
        ('"pavior"', '"pavior"\nscopes = ["profile"]', "openid"),
        ('"pavior"', '"pavior"\nscopes = ["openid", "a b"]', "scopes"),
        ('"pavior"', '"pavior"\nlabel = ""', "label"),
        ('"pavior"', '"pavior"\ngroup_claim = "x"', "group_claim"),
        ("developer", "root", "roles"),
        ('["developer"]', "[]", "role"),
        ('["developer"]', '["developer"]\nteams = ["A team"]', "A team"),
        ('[[groups]]\nname = "eng"\nroles = ["developer"]', "groups = []", "groups"),
        ('[[groups]]\nname = "eng"\nroles = ["developer"]', "", "groups"),
        ('"eng"', '"eng', ""),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = _written(tmp_path, SMALLEST.replace(old, new))

    with pytest.raises(InvalidError, match="sign-in-file-invalid") as caught:
        read_sign_in_file(path)

    assert str(path) in caught.value.summary
    assert said in caught.value.summary
    assert "hunter2" not in caught.value.summary


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    long = _written(tmp_path, "#" * 1_000_001)

    for path in (tmp_path / "none", tmp_path, binary, long):
        with pytest.raises(InvalidError, match="sign-in-file-invalid"):
            read_sign_in_file(path)
