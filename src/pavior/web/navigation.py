"""Where one can go from everywhere, and the permission without which a place is not offered."""

from dataclasses import dataclass

from pavior.identity.model import Permission


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the menu. `beginnings` are the addresses below it."""

    title: str
    address: str
    permission: Permission
    icon: str
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
    Group("", (Place("Home", "/", Permission.HOME_READ, "home"),)),
    Group(
        "Build",
        (
            Place(
                "Services",
                "/services",
                Permission.SERVICE_READ,
                "services",
                ("/services/", "/environments/", "/create"),
            ),
            Place("Changes", "/changes", Permission.CHANGE_READ, "changes", ("/changes/",)),
            Place("Runs", "/runs", Permission.RUN_READ, "runs", ("/runs/",)),
        ),
    ),
    Group(
        "Secure",
        (
            Place("Findings", "/findings", Permission.FINDING_READ, "findings", ("/findings/",)),
            Place("Waivers", "/waivers", Permission.WAIVER_READ, "shield", ("/waivers/",)),
            Place("Controls", "/controls", Permission.CONTROL_READ, "controls", ("/controls/",)),
        ),
    ),
    Group(
        "Know",
        (
            Place("Metrics", "/reports/metrics", Permission.METRICS_READ, "metrics"),
            Place("Service levels", "/reports/service-levels", Permission.METRICS_READ, "clock"),
            Place("Audit", "/audit", Permission.AUDIT_READ, "audit", ("/audit/",)),
            Place("People", "/people", Permission.PERSON_READ, "people", ("/people/", "/teams")),
        ),
    ),
)
