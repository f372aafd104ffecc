"""Only code with a trusted signature runs."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import passed, require, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.functions import Function


def rule(function: Function) -> RuleResult:
    """Passed when the function names a signing configuration, or is an image, for which there is none."""
    is_image, is_signed = function.is_image.value, function.is_code_signed
    if is_image is True:
        return passed("Lambda checks no signatures of images.")
    if isinstance(is_image, Unknown) and is_signed.value is not True:
        return unknown("whether signatures are possible", is_image, function.is_image)
    return require(
        is_signed,
        what="whether the code must be signed",
        otherwise="Code from anybody who may upload is run: there is no signing configuration.",
    )
