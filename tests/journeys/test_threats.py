"""A service from a golden path comes with its threat model, and how its threats stand follows what is deployed."""

from tests.journeys.conftest import Road

from pavior.kernel.pages import PageRequest
from pavior.threatmodels.model import ThreatState
from pavior.threatmodels.standing_model import ThreatStanding

OPEN, NOT_EVALUATED, ACCEPTED, MITIGATED = ThreatState
PAGE = PageRequest(size=200)
FILES_READ = "files-read-by-everybody"
EXHAUSTED = "requests-exhaust-it"
TEST = "tests.test_server.ServerTest", "test_a_body_that_is_too_large_is_refused_before_it_is_read"


def threats(road: Road) -> dict[str, ThreatStanding]:
    stage = road.stage
    page = stage.application.threats.list_threats(stage.cast.security, PAGE, service="watched")
    return {item.threat: item for item in page.items}


def look(road: Road) -> None:
    road.stage.wait_for_run(road.stage.application.drift.check_drift(road.stage.cast.platform, "watched/dev").id)


def test_threats_of_a_new_service_turn_with_drift_and_with_its_test_report(road: Road) -> None:
    stage, application = road.stage, road.stage.application
    road.create_service("watched")

    after_deployment = {name: item.state for name, item in threats(road).items()}
    assert after_deployment[FILES_READ] is MITIGATED
    assert after_deployment[EXHAUSTED] is NOT_EVALUATED
    assert after_deployment["caller-is-not-known"] is OPEN

    stage.cloud.client("s3").delete_public_access_block(Bucket="watched-dev-files")
    look(road)
    assert threats(road)[FILES_READ].state is OPEN
    home = application.pages.home(stage.cast.developer)
    assert FILES_READ in [item.threat for item in home.reopened_threats]
    assert any(f"Threat {FILES_READ} is open again" in line for line in road.told)
    findings = application.pages.list_findings(stage.cast.security, PAGE, service="watched", control="")
    assert FILES_READ in [item.threat for item in findings.items]

    change = stage.wait_for_change(application.changes.revert_drift(stage.cast.platform, "watched/dev").id)
    assert change.status.value == "verified"
    assert threats(road)[FILES_READ].state is MITIGATED

    commit = application.pages.get_environment(stage.cast.platform, "watched/dev").environment.commit
    report = f'<testsuite><testcase classname="{TEST[0]}" name="{TEST[1]}"/></testsuite>'.encode()
    application.threat_tests.report_tests(stage.cast.developer, "watched", commit, {"report.xml": report})
    assert threats(road)[EXHAUSTED].state is MITIGATED
