"""What answering needs, made once when the portal is created."""

from dataclasses import dataclass

from pavior.application import Application
from pavior.identity.rate_limits import RateLimits
from pavior.runs.following import FollowerSlots
from pavior.web.assets import Assets
from pavior.web.cookies import SecretCookie
from pavior.web.guarding import Doorway
from pavior.web.rendering import Renderer


@dataclass(frozen=True, slots=True)
class Portal:
    """The parts of one portal."""

    application: Application
    doorway: Doorway
    cookie: SecretCookie
    attempt_cookie: SecretCookie
    assets: Assets
    renderer: Renderer
    slots: FollowerSlots
    limits: RateLimits
