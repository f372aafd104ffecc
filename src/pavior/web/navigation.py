"""Where one can go from everywhere, and the permission without which a place is not offered."""

from dataclasses import dataclass

from pavior.identity.model import Permission


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the menu. `beginnings` are the addresses below it; `g` and then `key` leads there."""

    title: str
    address: str
    permission: Permission
    icon: str
    key: str
    beginnings: tuple[str, ...] = ()

    def is_current(self, path: str) -> bool:
        """Whether the page at `path` belongs to it."""
        return path == self.address or any(path.startswith(beginning) for beginning in self.beginnings)


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading; the first group has none."""

    title: str
    places: tuple[Place, ...]


NAVIGATION: tuple[Group, ...] = (
    Group("", (Place("Home", "/", Permission.HOME_READ, "home", "h"),)),
    Group(
        "Build",
        (
            Place(
                "Services",
                "/services",
                Permission.SERVICE_READ,
                "services",
                "s",
                ("/services/", "/environments/", "/create"),
            ),
            Place("Changes", "/changes", Permission.CHANGE_READ, "changes", "c", ("/changes/",)),
            Place("Runs", "/runs", Permission.RUN_READ, "runs", "r", ("/runs/",)),
        ),
    ),
    Group(
        "Secure",
        (
            Place("Threats", "/threats", Permission.THREAT_READ, "threats", "t", ("/threats/",)),
            Place("Findings", "/findings", Permission.FINDING_READ, "findings", "f", ("/findings/",)),
            Place("Waivers", "/waivers", Permission.WAIVER_READ, "shield", "w", ("/waivers/",)),
            Place("Overrides", "/overrides", Permission.OVERRIDE_READ, "road", "v", ("/overrides/",)),
            Place("Controls", "/controls", Permission.CONTROL_READ, "controls", "o", ("/controls/", "/disputes")),
            Place("Compliance", "/compliance", Permission.COMPLIANCE_READ, "compliance", "n", ("/compliance/",)),
        ),
    ),
    Group(
        "Know",
        (
            Place("Metrics", "/reports/metrics", Permission.METRICS_READ, "metrics", "m", ("/reports/issues",)),
            Place("Service levels", "/reports/service-levels", Permission.METRICS_READ, "clock", "l"),
            Place("Audit", "/audit", Permission.AUDIT_READ, "audit", "a", ("/audit/",)),
            Place("People", "/people", Permission.PERSON_READ, "people", "p", ("/people/", "/teams")),
            Place("Installation", "/installation", Permission.INSTALLATION_READ, "machine", "i"),
        ),
    ),
)
