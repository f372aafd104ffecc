"""The gate for plans that are applied elsewhere, and levels and waivers for checks that run elsewhere."""

import re
from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from pavior.api.calling import Caller, PathName, verb
from pavior.api.schemas.controls import GatedShown
from pavior.api.schemas.form import Asked
from pavior.api.schemas.levels import SignedLevelsShown
from pavior.identity.model import Permission

router = APIRouter(tags=["environments"], prefix="/environments/{service}/{stage}")
# A plan of some thousand resources, written as a text in JSON.
MAXIMUM_GATE_BYTES = 16 * 1024 * 1024
GATE_PATHS = re.compile(r".*/environments/[^/]+/[^/]+/gate")


class PlanToGate(Asked):
    """A plan, to the byte, and what it was made of."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"plan": '{"format_version": "1.2", ...}', "source": {"main.tf": 'resource "aws_s3_bucket" ...'}}
            ]
        }
    )

    plan: str = Field(min_length=1, description="What `terraform show -json` prints. Its secrets go nowhere.")
    source: dict[Annotated[str, Field(min_length=1, max_length=1_000)], str] = Field(
        default_factory=dict,
        max_length=1_000,
        description="Terraform files by path: gives lines, and policies that a plan hides.",
    )


@verb(router, "GET", "/levels", permission=Permission.ENVIRONMENT_READ, shows=SignedLevelsShown)
def export_levels(call: Caller, service: PathName, stage: PathName) -> SignedLevelsShown:
    """Levels and waivers there, signed: save it for `pavior check --levels-from`. Valid for 24 hours."""
    return SignedLevelsShown.model_validate_json(
        call.application.signed_levels.export_levels(call.actor, f"{service}/{stage}")
    )


@verb(router, "POST", "/gate", permission=Permission.ENVIRONMENT_GATE, shows=GatedShown)
def gate_plan(call: Caller, service: PathName, stage: PathName, asked: PlanToGate) -> GatedShown:
    """Decide about a plan that somebody else will apply. `envelope` is the proof that `pavior verify` takes."""
    source = {path: text.encode() for path, text in asked.source.items()}
    gated = call.application.gate.gate_plan(call.actor, f"{service}/{stage}", asked.plan.encode(), source)
    return GatedShown.of(gated)
