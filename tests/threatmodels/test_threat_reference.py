"""What is written about the threat library is made from it."""

from collections.abc import Callable, Iterator

import pytest

from pavior.content import load_controls
from pavior.policy.model import Control
from pavior.threatmodels.library import load_library
from pavior.threatmodels.library_model import LibraryThreat
from pavior.threatmodels.library_words import applies_to
from pavior.threatmodels.model import DataClass
from pavior.threatmodels.ranking import DATA_IMPACTS, LEVELS, MANY_CROSSINGS, RISK_LEVELS, USUAL_LIKELIHOOD

CONTROLS = {control.id: control for control in load_controls()}
LIBRARY = load_library(CONTROLS.values())


def _page() -> str:
    stopping = {control for item in LIBRARY for control in item.controls}
    lines = [
        "# Threats",
        "",
        "Made from the code by `make docs`. How to make one: [Add a threat](../guides/add-a-threat.md).",
        "",
        f"The library has {len(LIBRARY)} threats. A draft of a [threat model](threat-model.md) takes each that applies",
        "once, with all places where it could happen, and with those of its controls that look at something there. How",
        "it stands follows from what they say of what is deployed",
        "([decision 30](../decisions/0030-a-threat-stands-by-what-is-deployed.md)). Names of types are those of",
        "Terraform and kinds of Kubernetes. Requirements are ids of the OWASP ASVS 5.0.0; a test of yours shows that",
        "they are met.",
        "",
        "| id | category | likelihood | impact | what could happen |",
        "|---|---|---|---|---|",
        *(
            f"| [{item.id}](#{item.id}) | {item.category} | {item.likelihood} | {item.impact} | {item.title} |"
            for item in LIBRARY
        ),
        "",
        "## How threats rank",
        "",
        f"Both likelihood and impact go from 1, {LEVELS[0]}, to 5, {LEVELS[-1]}. `pavior threat rank` tells for each",
        "threat of a model what was taken into account.",
        "",
        f"**Likelihood** begins with that of the library ({USUAL_LIKELIHOOD} for a threat that people wrote), and is",
        "",
        "- 1 more where everybody on the internet reaches a place, or something there crosses to the internet;",
        f"- 1 more where a flow among the places crosses {MANY_CROSSINGS} boundaries or more;",
        "- 1 less where nothing at the places is public and nothing there crosses a boundary.",
        "",
        "What nobody knows lowers nothing.",
        "",
        "**Impact** is that of the library, or more by the most sensitive data at the places. Where a place does not",
        "say what data that is, it is what flows from and to it, and what is kept at the other end. Where those do not",
        "say either, it is the most sensitive data of the system, but at most confidential.",
        "",
        f"| category | {' | '.join(DataClass)} |",
        "|---|---|---|---|---|",
        *(f"| {category} | {' | '.join(map(str, impacts))} |" for category, impacts in DATA_IMPACTS.items()),
        "",
        "**Severity** follows from both, by table I-2 of",
        "[NIST SP 800-30 revision 1](https://csrc.nist.gov/pubs/sp/800/30/r1/final), whose levels very low to very",
        "high are called info to critical here. Among threats of one severity the product of both orders.",
        "",
        f"| likelihood | {' | '.join(f'impact {level}' for level in LEVELS)} |",
        "|---|---|---|---|---|---|",
        *(f"| {level} | {' | '.join(row)} |" for level, row in reversed(list(zip(LEVELS, RISK_LEVELS, strict=True)))),
        "",
        *(line for item in LIBRARY for line in _lines(item)),
        "## Controls that stop none of these threats",
        "",
        "They are about order and about how a system is watched, and no threat here is named after that.",
        "",
        *(f"- {item.id}: {item.title}." for item in CONTROLS.values() if item.id not in stopping),
    ]
    return "\n".join(lines) + "\n"


def _lines(item: LibraryThreat) -> Iterator[str]:
    yield f"## {item.id}"
    yield ""
    yield f"**{item.title}.** {item.description}"
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| category | {item.category} |"
    yield f"| applies to | {'; '.join(applies_to(item))} |"
    yield f"| stopped by | {', '.join(map(_linked, map(CONTROLS.__getitem__, item.controls)))} |"
    yield f"| requirements | {', '.join(item.requirements)} |"
    if item.test:
        yield f"| test | {item.test} |"
    told = "; ".join(f"[{source.title} {source.edition}, {source.name}]({source.address})" for source in item.sources)
    yield f"| sources | {told} |"
    yield ""


def _linked(control: Control) -> str:
    return f"[{control.id}](controls.md#{control.id})"


@pytest.mark.generated
def test_the_reference_of_threats_is_fresh(reference_page: Callable[[str, str], None]) -> None:
    reference_page("threats.md", _page())
