"""What Pavior's threat models and the Open Threat Model (OTM 0.2.0) say in different words.

Source: github.com/iriusrisk/OpenThreatModel, README.md and otm_schema.json as of commit 243abedd088a. The schema beside
this module was written by hand from them.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from pavior.catalog.schemas import load_schema
from pavior.kernel.verdicts import Severity
from pavior.threatmodels.model import BoundaryKind, DataClass

OTM_VERSION: Final = "0.2.0"
# OTM's attributes are texts by name: ours begin so, and what is no text is JSON.
PREFIX: Final = "pavior."
# OTM wants every component within a trust zone; what is within none of ours is within this one, which is none.
OUTSIDE: Final = "pavior-outside-of-all"

# Ids of mitigations that say again what our attributes say.
OWN_MITIGATIONS: Final = ("control:", "requirement:", "test:", "words:")

# OTM rates from 0 to 100 and says no more, so these are even steps.
CONFIDENTIALITY: Mapping[DataClass, int] = {
    DataClass.PUBLIC: 0,
    DataClass.INTERNAL: 33,
    DataClass.CONFIDENTIAL: 67,
    DataClass.RESTRICTED: 100,
}
IMPACT: Mapping[Severity, int] = {
    Severity.INFO: 0,
    Severity.LOW: 25,
    Severity.MEDIUM: 50,
    Severity.HIGH: 75,
    Severity.CRITICAL: 100,
}
TRUST: Mapping[BoundaryKind, int] = {
    BoundaryKind.INTERNET: 0,
    BoundaryKind.ORGANISATION: 25,
    BoundaryKind.OTHER: 50,
    BoundaryKind.ACCOUNT: 75,
    BoundaryKind.CLUSTER: 75,
    BoundaryKind.NETWORK: 75,
}


@cache
def otm_schema() -> Mapping[str, Any]:
    """JSON Schema (2020-12) of an OTM document, as far as Pavior reads one."""
    return load_schema("pavior.threatmodels", "otm.schema.json")


def write_own(**values: Any) -> dict[str, str]:
    """Attributes of what OTM has no field for; what is empty is left out."""
    told = {name: value for name, value in values.items() if value not in ("", [], (), None, False)}
    return {
        PREFIX + name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
        for name, value in told.items()
    }


def read_own(item: Mapping[str, Any], name: str) -> Any:
    """What `write_own` wrote as JSON; None when it is not there or is not ours.

    It comes from a file of somebody else: the caller checks what it is.
    """
    text = (item.get("attributes") or {}).get(PREFIX + name)
    if not isinstance(text, str):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def read_own_text(item: Mapping[str, Any], name: str) -> str:
    """What `write_own` wrote as a text; empty when it is not there or is not ours."""
    text = (item.get("attributes") or {}).get(PREFIX + name)
    return text if isinstance(text, str) else ""
