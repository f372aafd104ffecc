from pavior.kernel.verdicts import Severity
from pavior.testing.builders import a_verdict
from pavior.testing.threat_builders import a_threat, a_threat_model
from pavior.threatmodels.predicting import predictions_of


def test_a_threat_predicts_what_its_control_finds_at_its_places() -> None:
    find = predictions_of(a_threat_model())

    assert find(a_verdict()) == "files-read-by-anybody"
    assert find(a_verdict(subject="aws_s3_bucket.logs")) == ""
    assert find(a_verdict(control="object-storage-tls-only")) == ""


def test_of_several_threats_the_worst_is_named() -> None:
    model = a_threat_model(a_threat(), a_threat(id="all-lost", severity=Severity.CRITICAL), a_threat(id="later"))

    assert predictions_of(model)(a_verdict()) == "all-lost"


def test_without_a_model_nobody_knows() -> None:
    assert predictions_of(None)(a_verdict()) is None
