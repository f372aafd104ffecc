import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavior.storage.masking import MASK, Masker

SECRETS = st.lists(st.text(st.characters(codec="utf-8"), min_size=4, max_size=12), min_size=1, max_size=4)
# Pieces that are likely to build a secret anew when something between them is taken out.
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nAAbb+/==\n-----END RSA PRIVATE KEY-----"


@given(secrets=SECRETS, data=st.data())
def test_no_given_secret_is_left_in_any_text(secrets: list[str], data: st.DataObject) -> None:
    piece = st.one_of(st.sampled_from(secrets), st.text(max_size=6), st.sampled_from(["***", "password=", "*", "\n"]))
    text = "".join(data.draw(st.lists(piece, max_size=12)))

    masked = Masker(secrets).mask(text)

    assert not [secret for secret in secrets if secret in masked]


@given(secret=st.text(st.characters(codec="utf-8"), min_size=8, max_size=12))
def test_a_secret_is_found_in_json_and_in_an_address(secret: str) -> None:
    masked = Masker([secret]).mask(f"{json.dumps(secret)} https://host/?q={quote(secret, safe='')}")

    assert secret not in masked
    assert json.dumps(secret)[1:-1] not in masked
    assert quote(secret, safe="") not in masked


def test_a_secret_that_two_others_enclose_is_not_put_together_again() -> None:
    # Without the last round, taking out "XYZW" would leave "ab***cd".
    assert Masker(["ab***cd", "XYZW"]).mask("abXYZWcd") == MASK


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("key AKIAIOSFODNN7EXAMPLE used", "key *** used"),
        ("ghp_0123456789abcdefghijABCDEFGHIJ012345", "***"),
        ("glpat-0123456789abcdefghij", "***"),
        ("xoxb-1234567890-abcdefghij", "***"),
        ("pavior_0123456789abcdefghijABCDEF", "***"),
        ("postgresql://app:hunter2@db.internal/orders", "postgresql://app:***@db.internal/orders"),
        ("Authorization: Bearer abcdefgh12345678", "Authorization: Bearer ***"),
        ('{"client_secret": "s3cr3t-value"}', '{"client_secret": ***}'),
        ("DB_PASSWORD=correct-horse next", "DB_PASSWORD=*** next"),
        ("aws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCY", "aws_secret_access_key = ***"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_123", "***"),
        (f"before\n{PEM}\nafter", "before\n***\nafter"),
        ("cut -----BEGIN PRIVATE KEY-----\nMIIEow", "cut ***"),
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str, masked: str) -> None:
    assert Masker().mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "aws_s3_bucket.data: creating with sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "Run create-orders ended after 12.5 s",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html",
        "The token was revoked. No password is set.",
        "commit 7a5997f on branch open-the-bucket",
        "arn:aws:s3:::orders-dev-data",
    ],
)
def test_ordinary_lines_are_left_as_they_are(text: str) -> None:
    assert Masker().mask(text) == text


def test_a_private_key_over_many_lines_is_masked_line_by_line() -> None:
    lines = ["before", *PEM.splitlines(), "after"]

    assert list(Masker().mask_lines(lines, range(1, 7))) == ["before", MASK, MASK, MASK, MASK, "after"]


def test_lines_that_nobody_asks_for_are_not_given_and_a_private_key_still_runs_over_them() -> None:
    lines = ["before", *PEM.splitlines(), "after", "more"]

    assert list(Masker().mask_lines(lines, {3, 6})) == [MASK, MASK, MASK, MASK, MASK, "after", MASK]


def test_a_document_is_masked_by_its_names_too() -> None:
    document = {"db_password": "x", "list": ["AKIAIOSFODNN7EXAMPLE", 3, None], "password_length": 12}

    assert Masker().mask_document(document) == {
        "db_password": MASK,
        "list": [MASK, 3, None],
        "password_length": 12,
    }


def test_a_masker_does_not_show_its_secrets() -> None:
    masker = Masker(["hunter2"]).with_secrets(["swordfish"])

    assert repr(masker) == "Masker(2 secrets)"
    assert masker.mask("hunter2 swordfish") == "*** ***"
