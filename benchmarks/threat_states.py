"""What judging an environment's threats costs: `python -m benchmarks.threat_states [--threats 12] [--times 50]`.

Fills a fresh SQLite database with one service, its model, and three verdicts for each threat. Judges it again
and again, with the same verdicts and then with all of them turned each time. Prints processor milliseconds of one
judgement. Nothing is asserted: machines are noisy.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median

from pavior.catalog import store as catalog
from pavior.environments import store as environments
from pavior.kernel.verdicts import Outcome, Phase
from pavior.storage.database import Database
from pavior.testing.builders import COMMIT, NOON, PUBLIC_ACCESS, a_service, a_verdict, an_environment
from pavior.testing.databases import a_database
from pavior.testing.threat_builders import a_threat, a_threat_model, an_element
from pavior.threatmodels import evidence_store, model_store
from pavior.threatmodels.digest import digest_of
from pavior.threatmodels.model import ThreatModel
from pavior.threatmodels.standing_model import RecordedModel
from pavior.workflows.judge_threats import judge_threats

VERDICTS_OF_A_THREAT = 3
SERVICE, ENVIRONMENT = a_service(), an_environment(commit=COMMIT)


def main() -> int:
    """Print two lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threats", type=int, default=12, help="How many the model has.")
    parser.add_argument("--times", type=int, default=50, help="How often each is measured.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pavior-threats-") as name:
        database = a_database(Path(name))
        try:
            _fill(database, _a_model(asked.threats))
            for turns in (False, True):
                spent = sorted(_judged(database, asked.threats, number, turns=turns) for number in range(asked.times))
                what = "all of them turn" if turns else "none turns"
                told = f"{median(spent):.1f} ms at the median, {spent[-1]:.1f} ms at most"
                sys.stdout.write(f"{asked.threats} threats, {what}: {told}\n")
        finally:
            database.close()
    return 0


def _a_model(threats: int) -> ThreatModel:
    elements = tuple(
        an_element(id=f"e{number}", resources=(f"aws_s3_bucket.b{number}[*]",)) for number in range(threats)
    )
    return a_threat_model(
        *(a_threat(id=f"t{number}", places=(f"e{number}",)) for number in range(threats)), elements=elements, flows=()
    )


def _fill(database: Database, model: ThreatModel) -> None:
    with database.transaction() as transaction:
        catalog.insert_service(transaction, SERVICE)
        environments.insert_environment(transaction, ENVIRONMENT, 0)
        model_store.record_model(transaction, RecordedModel(SERVICE.name, COMMIT, digest_of(model), NOON, True, model))


def _judged(database: Database, threats: int, number: int, *, turns: bool) -> float:
    outcome = Outcome.FAILED if turns and number % 2 else Outcome.PASSED
    addresses = [f"aws_s3_bucket.b{threat}[{key}]" for threat in range(threats) for key in range(VERDICTS_OF_A_THREAT)]
    verdicts = [a_verdict(subject=address, outcome=outcome, phase=Phase.LIVE) for address in addresses]
    now = NOON + timedelta(minutes=number)
    with database.transaction() as transaction:
        evidence_store.write_verdicts(transaction, ENVIRONMENT.id, {PUBLIC_ACCESS: verdicts}, now)
    with database.transaction() as transaction:
        return _milliseconds(lambda: judge_threats(transaction, ENVIRONMENT, SERVICE, now))


def _milliseconds(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return (time.process_time() - before) * 1_000


if __name__ == "__main__":
    sys.exit(main())
