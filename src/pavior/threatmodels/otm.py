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
# OTM wants every component within a trust zone; what is within none of ours is within one of this id, which is none.
OUTSIDE: Final = "outside-of-all"

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
    """Attributes of what OTM has no field for, under the names of `threatmodel.yaml`; what is empty is left out."""
    told = {name: value for name, value in values.items() if value not in ("", [], (), None)}
    return {
        PREFIX + name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
        for name, value in told.items()
    }


def is_ours(item: Mapping[str, Any]) -> bool:
    """Whether `write_own` wrote attributes of it."""
    return any(str(name).startswith(PREFIX) for name in item.get("attributes") or ())


def find_own_text(item: Mapping[str, Any], name: str) -> str | None:
    """What `write_own` wrote, as it stands there; it may be a text of somebody else's, so the caller checks it."""
    text = (item.get("attributes") or {}).get(PREFIX + name)
    return text if isinstance(text, str) else None
