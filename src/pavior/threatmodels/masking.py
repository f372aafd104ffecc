"""A threat model without what looks like a secret: as it is stored and shown. Pure."""

from msgspec import convert, to_builtins

from pavior.storage.masking import Masker
from pavior.threatmodels.model import ThreatModel

_masker = Masker()


def mask_model(model: ThreatModel) -> ThreatModel:
    """The same model with each of its texts masked. Its digest is another one where something was."""
    return convert(_masker.mask_document(to_builtins(model)), ThreatModel)
