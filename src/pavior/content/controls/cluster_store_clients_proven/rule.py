"""The store asks for a certificate."""

import re

from pavior.policy.model import RuleResult
from pavior.policy.rules import require, worst
from pavior.resources.model import Unknown
from pavior.resources.views.control_plane import ControlPlane
from pavior.resources.views.facts import Fact

_URLS = "--listen-client-urls"
_PLAIN = "http:"
_OWN = re.compile(r"http://(?:localhost|127\.[0-9.]+|\[::1\])(?::[0-9]+)?/?$", re.IGNORECASE)
_WHAT = "whether clients of the store must prove who they are"
_OTHERWISE = "The store lets in everybody who reaches its port."


def rule(store: ControlPlane) -> RuleResult:
    """Passed when clients must show a certificate, which they cannot over plain HTTP; by default they need none."""
    asks = store.argument("--client-cert-auth", "false")
    is_on = asks.value if isinstance(asks.value, Unknown) else asks.value.lower() in ("true", "t", "1")
    return worst(
        *(require(fact, what=_WHAT, otherwise=_OTHERWISE) for fact in (Fact(is_on, asks.attribute), _tls(store)))
    )


def _tls(store: ControlPlane) -> Fact[bool]:
    """Whether no address for clients is one of plain HTTP that others than the machine itself can reach."""
    # The default is an address of the machine itself.
    urls = store.argument(_URLS, "")
    if isinstance(urls.value, Unknown):
        return Fact(urls.value, urls.attribute)
    plain = [url.strip() for url in urls.value.split(",") if url.strip().lower().startswith(_PLAIN)]
    return Fact(all(_OWN.match(url) for url in plain), urls.attribute)
