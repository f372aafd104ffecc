import shlex

import pytest
from msgspec import structs

from pavior.kernel.verdicts import Outcome, Severity, UnknownReason
from pavior.policy.model import Effect, Remediation
from pavior.policy.rendering import denial_text, denials, describe, summary
from pavior.testing.builders import (
    BUCKET,
    PUBLIC_ACCESS,
    a_blocked_decision,
    a_control,
    a_decision,
    a_ruling,
    a_verdict,
)

FIX = "block_public_acls   = true\nblock_public_policy = true\n"


def test_a_denial_has_everything_that_a_person_needs_to_go_on() -> None:
    control = a_control(remediations=(Remediation("cli", "aws s3api …"), Remediation("terraform", FIX)))

    (denial,) = denials(a_blocked_decision(), (control,))

    assert denial.control == PUBLIC_ACCESS
    assert denial.title == "Object storage is not public"
    assert denial.subject == BUCKET
    assert str(denial.position) == "infra/main.tf:14"
    assert denial.attribute == "block_public_acls"
    assert denial.outcome is Outcome.FAILED
    assert denial.message == "Everybody can read the bucket."
    assert denial.risk == "Anybody on the internet can read what the service keeps."
    assert denial.severity is Severity.HIGH
    assert (denial.fix, denial.fix_language) == (FIX, "terraform")
    assert denial.lesson == f"pavior control show {PUBLIC_ACCESS}"
    assert denial.waiver_command == (
        f"pavior waiver request {PUBLIC_ACCESS} orders/dev --subject {BUCKET} --days 7 --reason '...'"
    )
    assert denial.owner == "the role security"
    assert denial.dispute_command == (
        f"pavior control dispute {PUBLIC_ACCESS} --environment orders/dev --subject {BUCKET} --reason '...'"
    )


def test_the_plain_text_is_complete_and_the_fix_can_be_pasted() -> None:
    control = a_control(remediations=(Remediation("terraform", FIX),))
    (denial,) = denials(a_blocked_decision(), (control,))

    assert denial_text(denial) == (
        "object-storage-no-public-access (high): Object storage is not public\n"
        "  where: aws_s3_bucket.data at infra/main.tf:14, block_public_acls\n"
        "  failed: Everybody can read the bucket.\n"
        "  risk: Anybody on the internet can read what the service keeps.\n"
        "  fix:\n"
        "    block_public_acls   = true\n"
        "    block_public_policy = true\n"
        "  lesson: pavior control show object-storage-no-public-access\n"
        "  owner: the role security\n"
        "  or ask: pavior waiver request object-storage-no-public-access orders/dev "
        "--subject aws_s3_bucket.data --days 7 --reason '...'\n"
        "  or dispute: pavior control dispute object-storage-no-public-access --environment orders/dev "
        "--subject aws_s3_bucket.data --reason '...'"
    )


THIS = """\
resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id
  key    = aws_kms_key.this.arn
  note   = "${aws_s3_bucket.this.arn}/*, this and aws_s3_bucket.this_one"
}
"""


@pytest.mark.parametrize(
    ("subject", "name", "reference"),
    [
        ("aws_s3_bucket.files", "files", "aws_s3_bucket.files"),
        ("module.a.aws_s3_bucket.my-files[0]", "my-files", "aws_s3_bucket.my-files[0]"),
        (
            'module.a["x.y"].aws_s3_bucket.files["k].aws_s3_bucket.z"]',
            "files",
            'aws_s3_bucket.files["k].aws_s3_bucket.z"]',
        ),
    ],
)
def test_the_fix_speaks_of_the_resource_by_its_own_name(subject: str, name: str, reference: str) -> None:
    control = a_control(remediations=(Remediation("terraform", THIS),))
    decision = a_blocked_decision(rulings=(a_ruling(verdict=a_verdict(subject=subject)),))

    (denial,) = denials(decision, (control,))

    assert denial.fix == (
        f'resource "aws_s3_bucket_versioning" "{name}" {{\n'
        f"  bucket = {reference}.id\n"
        "  key    = aws_kms_key.this.arn\n"
        f'  note   = "${{{reference}.arn}}/*, this and aws_s3_bucket.this_one"\n'
        "}\n"
    )


def test_each_resource_of_one_type_has_its_own_name_in_the_fix() -> None:
    control = a_control(remediations=(Remediation("terraform", "bucket = aws_s3_bucket.this.id"),))
    subjects = ("aws_s3_bucket.files[0]", "aws_s3_bucket.files[1]", "module.a.aws_s3_bucket.logs")
    rulings = tuple(a_ruling(verdict=a_verdict(subject=subject)) for subject in subjects)

    told = denials(a_blocked_decision(rulings=rulings), (control,))

    assert {denial.subject: denial.fix for denial in told} == {
        "aws_s3_bucket.files[0]": "bucket = aws_s3_bucket.files[0].id",
        "aws_s3_bucket.files[1]": "bucket = aws_s3_bucket.files[1].id",
        "module.a.aws_s3_bucket.logs": "bucket = aws_s3_bucket.logs.id",
    }


@pytest.mark.parametrize("subject", ["", "odd", "a.b.", "aws_sqs_queue.q"])
def test_a_fix_that_is_not_about_the_subject_stays_as_it_is_written(subject: str) -> None:
    control = a_control(remediations=(Remediation("terraform", "bucket = aws_s3_bucket.this.id"),))
    decision = a_blocked_decision(rulings=(a_ruling(verdict=a_verdict(subject=subject)),))

    assert denials(decision, (control,))[0].fix == "bucket = aws_s3_bucket.this.id"


def test_a_risk_is_one_line_however_its_author_wrapped_it() -> None:
    (denial,) = denials(a_blocked_decision(), (a_control(risk="Anybody can\nread  it.\n"),))

    assert denial.risk == "Anybody can read it."


def test_an_allowed_plan_has_no_denials() -> None:
    assert denials(a_decision(), (a_control(),)) == ()


def test_only_what_blocks_is_a_denial() -> None:
    rulings = tuple(a_ruling(effect=effect) for effect in Effect)

    assert len(denials(a_blocked_decision(rulings=rulings), (a_control(),))) == 1


def test_the_worst_comes_first_and_then_what_stands_first() -> None:
    verdicts = [
        a_verdict(control="low", subject="a.a"),
        a_verdict(control="critical", subject="b.b", position=None),
        a_verdict(control="critical", subject="a.a"),
    ]
    controls = (a_control(id="low", severity=Severity.LOW), a_control(id="critical", severity=Severity.CRITICAL))

    told = describe([a_ruling(verdict=verdict) for verdict in verdicts], environment="orders/dev", controls=controls)

    assert [(denial.control, denial.subject) for denial in told] == [
        ("critical", "b.b"),
        ("critical", "a.a"),
        ("low", "a.a"),
    ]


@pytest.mark.parametrize("subject", ['module.a["x y"].aws_s3_bucket.b', "aws_s3_bucket.b['$(rm)']", "x; y"])
def test_the_command_for_a_waiver_survives_any_address(subject: str) -> None:
    decision = a_blocked_decision(rulings=(a_ruling(verdict=a_verdict(subject=subject)),))

    (denial,) = denials(decision, (a_control(),))

    words = shlex.split(denial.waiver_command)
    assert words[words.index("--subject") + 1] == subject


def test_the_command_asks_for_no_more_days_than_may_be_given() -> None:
    for severity in Severity:
        (denial,) = denials(a_blocked_decision(), (a_control(severity=severity),))
        assert "--days 7" in denial.waiver_command


@pytest.mark.parametrize(
    ("environment", "place"),
    [("orders/dev", "orders/dev"), ("dev", "SERVICE/dev"), ("", "SERVICE/STAGE")],
)
def test_what_is_not_known_of_the_place_is_left_to_fill_in(environment: str, place: str) -> None:
    (denial,) = describe([a_ruling()], environment=environment, controls=(a_control(),))

    assert f" {place} --subject" in denial.waiver_command


def test_an_unknown_says_that_nobody_knows() -> None:
    verdict = a_verdict(outcome=Outcome.UNKNOWN, reason=UnknownReason.NOT_EVALUATED, message="", attribute="")

    (denial,) = describe([a_ruling(verdict=verdict)], environment="orders/dev", controls=(a_control(),))

    assert "unknown: It could not be evaluated, so nobody knows." in denial_text(denial)
    assert "where: aws_s3_bucket.data at infra/main.tf:14\n" in denial_text(denial)


def test_a_denial_of_a_control_that_is_gone_still_says_what_to_do() -> None:
    (denial,) = denials(a_blocked_decision(), ())

    assert denial.severity is Severity.CRITICAL
    assert denial.fix == "Plan the Change again, so that the present controls are asked."
    assert denial.lesson == "pavior control list"


def test_a_control_without_a_remediation_points_to_its_lesson() -> None:
    (denial,) = denials(a_blocked_decision(), (a_control(remediations=()),))

    assert denial.fix == f"pavior control show {PUBLIC_ACCESS}"


def test_the_summary_counts_what_came_of_the_verdicts() -> None:
    passed = a_ruling(effect=Effect.PASS)
    waived = a_ruling(effect=Effect.WAIVED)

    assert summary(a_decision(rulings=(passed, waived, passed))) == "2 passed, 1 waived."
    assert summary(a_decision(rulings=())) == "No control looked at anything."
    for effect in Effect:
        told = summary(structs.replace(a_decision(), rulings=(a_ruling(effect=effect),)))
        assert ("passed" in told) == (effect is Effect.PASS)


@pytest.mark.parametrize(
    ("subject", "fix"),
    [
        ("aws_s3_bucket.files", "aws_s3_bucket"),
        ("azurerm_storage_account.files", "azurerm_storage_account"),
        ('module.data_files.azurerm_storage_account.files["a.b"]', "azurerm_storage_account"),
        ("google_storage_bucket.files", "aws_s3_bucket"),
        ("Deployment.shop.orders", "aws_s3_bucket"),
    ],
)
def test_the_fix_is_one_for_the_cloud_of_the_resource(subject: str, fix: str) -> None:
    control = a_control(
        remediations=(
            Remediation("cli", "azurerm_ is no word of this language"),
            Remediation("terraform", "# In the aws_s3_bucket:"),
            Remediation("terraform", "# In the azurerm_storage_account:"),
        )
    )

    assert control.fix_for(subject).text == f"# In the {fix}:"
