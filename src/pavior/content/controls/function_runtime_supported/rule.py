"""What runs the code still gets patches."""

from pavior.policy.model import RuleResult
from pavior.policy.rules import failed, passed, unknown
from pavior.resources.model import Unknown
from pavior.resources.views.functions import Function

# Runtimes whose support had ended by 2026-11: docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html.
_NAMES = """
    dotnetcore1.0 dotnetcore2.0 dotnetcore2.1 dotnetcore3.1 dotnet5.0 dotnet6 dotnet7 dotnet8 go1.x java8 nodejs
    nodejs4.3 nodejs4.3-edge nodejs6.10 nodejs8.10 nodejs10.x nodejs12.x nodejs14.x nodejs16.x nodejs18.x nodejs20.x
    provided python2.7 python3.6 python3.7 python3.8 python3.9 ruby2.5 ruby2.7 ruby3.2
"""
_ENDED = frozenset(_NAMES.split())


def rule(function: Function) -> RuleResult:
    """Passed when the runtime is not one whose support has ended (`_ENDED`), or comes with an image."""
    if function.is_image.value is True:
        return passed("Its image brings its own runtime, which a scan of the image looks at.")
    runtime = function.runtime
    if isinstance(function.is_image.value, Unknown):
        return unknown("what runs it", function.is_image.value, function.is_image)
    if isinstance(runtime.value, Unknown):
        return unknown("what runs it", runtime.value, runtime)
    if runtime.value in _ENDED:
        return failed(f"Support for {runtime.value} has ended: it gets no patches any more.", runtime)
    return passed()
