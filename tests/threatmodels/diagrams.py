"""Models for pictures: a shop of any size, as real ones are built."""

from pavior.kernel.verdicts import Severity
from pavior.threatmodels.model import (
    Asset,
    Boundary,
    BoundaryKind,
    DataClass,
    Element,
    ElementKind,
    Flow,
    Threat,
    ThreatCategory,
    ThreatModel,
)

_ASSETS = (
    Asset("customer-data", "What customers told us", DataClass.CONFIDENTIAL),
    Asset("card-data", "Card numbers", DataClass.RESTRICTED),
)
_BOUNDARIES = (
    Boundary("account", "AWS account of the shop", BoundaryKind.ACCOUNT),
    Boundary("network", "Network of the shop", BoundaryKind.NETWORK, within="account"),
    Boundary("public-subnets", "Public subnets", BoundaryKind.NETWORK, within="network"),
    Boundary("private-subnets", "Private subnets", BoundaryKind.NETWORK, within="network"),
    Boundary("data-subnets", "Subnets of data", BoundaryKind.NETWORK, within="network", inferred=True),
    Boundary("payments", "Payment provider", BoundaryKind.ORGANISATION),
)


def a_shop(services: int = 3) -> ThreatModel:
    """`6 + 3 * services` elements: each service has a database and a queue, and calls the one before it."""
    elements = [
        Element("customer", "Customer with a browser", ElementKind.EXTERNAL_ENTITY, assets=("customer-data",)),
        Element("clerk", "Clerk", ElementKind.EXTERNAL_ENTITY),
        Element(
            "balancer",
            "Load balancer",
            ElementKind.PROCESS,
            technology="aws_lb",
            boundary="public-subnets",
            is_public=True,
        ),
        Element("pictures", "Pictures", ElementKind.DATA_STORE, "aws_s3_bucket", boundary="account", is_public=True),
        Element("archive", "Archive", ElementKind.DATA_STORE, "aws_s3_bucket", boundary="account", inferred=True),
        Element("cards", "Card payments", ElementKind.PROCESS, boundary="payments", assets=("card-data",)),
    ]
    flows = [
        Flow("customer-balancer", "customer", "balancer", "orders", "https"),
        Flow("clerk-balancer", "clerk", "balancer", protocol="https"),
        Flow("customer-pictures", "customer", "pictures", "reads", "https"),
    ]
    for number in range(services):
        name = f"service-{number}"
        elements += [
            Element(name, f"Service {number}", ElementKind.PROCESS, "aws_ecs_service", boundary="private-subnets"),
            Element(
                f"database-{number}",
                f"Database of service {number}",
                ElementKind.DATA_STORE,
                technology="aws_db_instance",
                boundary="data-subnets",
                assets=("customer-data",),
            ),
            Element(
                f"queue-{number}",
                f"Queue of service {number}",
                ElementKind.DATA_STORE,
                technology="aws_sqs_queue",
                boundary="account",
                inferred=number % 2 == 1,
            ),
        ]
        flows += [
            Flow(f"{name}-database", name, f"database-{number}", "reads and writes", "postgresql"),
            Flow(f"{name}-queue", name, f"queue-{number}", "sends", because="IAM allows it.", inferred=True),
        ]
        if number % 3 == 0:
            flows.append(Flow(f"balancer-{name}", "balancer", name, protocol="http"))
        else:
            flows.append(Flow(f"queue-{name}", f"queue-{number - 1}", name, "receives", because="IAM allows it."))
        if number % 4 == 0:
            flows.append(Flow(f"{name}-archive", name, "archive", "writes", "https"))
    flows.append(Flow("service-0-cards", "service-0", "cards", "pays", "https", assets=("card-data",)))
    threats = (
        a_threat("spoofed-customer", places=("customer-balancer", "balancer"), severity=Severity.HIGH),
        a_threat("readable-archive", places=("archive",), severity=Severity.CRITICAL),
        a_threat("lost-orders", places=("queue-0",), severity=Severity.MEDIUM),
        a_threat("read-database", places=("database-0",), severity=Severity.HIGH),
    )
    return ThreatModel(
        service="shop",
        scope="What customers see, and what is behind it.",
        assets=_ASSETS,
        boundaries=_BOUNDARIES,
        elements=tuple(elements),
        flows=tuple(flows),
        threats=threats,
    )


def a_threat(id_: str, *, places: tuple[str, ...], severity: Severity = Severity.MEDIUM) -> Threat:
    """One that a control is said to stop."""
    return Threat(
        id=id_,
        title=id_.replace("-", " ").capitalize(),
        category=ThreatCategory.INFORMATION_DISCLOSURE,
        severity=severity,
        places=places,
        controls=("object-storage-not-public",),
    )
