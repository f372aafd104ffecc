"""A model with everything in it, as a file and as a value; a file of the first version; and any model at all."""

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from pavior.kernel.verdicts import Severity
from pavior.threatmodels.model import (
    Acceptance,
    Asset,
    Assumption,
    Boundary,
    BoundaryKind,
    DataClass,
    Dismissal,
    Element,
    ElementKind,
    Flow,
    SignOff,
    Threat,
    ThreatCategory,
    ThreatModel,
)

CONTROLS = frozenset({"object-storage-encrypted-with-own-key", "object-storage-tls-only"})
TEXT = """\
version: 2
service: orders
scope: The orders service and what it keeps.

assets:
  - id: files
    title: Files of customers
    data_class: confidential

boundaries:
  - id: internet
    title: Between everybody and the service
    kind: internet
  - id: account
    title: The cloud account
    within: internet
    inferred: true

elements:
  - id: customers
    title: Customers
    kind: external-entity
    boundary: internet
  - id: bucket
    title: The bucket
    kind: data-store
    technology: aws_s3_bucket
    resources: [aws_s3_bucket.files, aws_s3_bucket_*.files]
    boundary: account
    assets: [files]
    public: false

flows:
  - id: uploads
    title: Files that customers send
    from: customers
    to: bucket
    protocol: https
    assets: [files]
    encrypted: true
    authenticated: false
    because: aws_s3_bucket_policy.files lets everybody write
    inferred: true

assumptions:
  - id: browsers-are-sound
    text: A customer's browser is not taken over.

threats:
  - id: files-read-on-the-way
    title: Somebody reads files on their way
    description: Also when a proxy stands between.
    category: information-disclosure
    severity: high
    library: data-read-in-transit
    places: [uploads, bucket]
    assets: [files]
    controls: [object-storage-tls-only]
    requirements: [asvs-5.0.0:12.2.1]
    tests: [tests.test_upload.TlsTest::test_plain_http_is_refused]
    mitigations: [The client pins the certificate.]

  - id: key-lost
    title: The key is deleted
    category: denial-of-service
    severity: low
    accepted:
      reason: It can be taken back for 30 days.
      until: 2027-01-31

dismissed:
  - id: queue-flooded
    reason: There is no queue.

sign_off:
  digest: abababababababababababababababababababababababababababababababab
  by: sam
  at: 2026-11-24T12:00:00Z
"""
FIRST = """\
# Of the orders.
version: 1  # for now
service: orders
scope: The orders service and what it keeps.
assets:
  - id: files
    title: Files of customers
    data_class: confidential
boundaries:
  - id: internet
    title: Between everybody and the service
threats:
  # The worst.
  - id: files-read-on-the-way
    title: Somebody reads files on their way
    category: information-disclosure
    assets: [files]
    boundary: internet
    severity: high
    state: mitigated
    controls: [object-storage-tls-only]

  # Lived with.
  - id: key-lost
    title: The key is deleted
    category: denial-of-service
    assets: [files]
    severity: low
    state: accepted
    reason: It can be taken back for 30 days.
    review_by: 2027-01-31
"""
MODEL = ThreatModel(
    service="orders",
    scope="The orders service and what it keeps.",
    assets=(Asset("files", "Files of customers", DataClass.CONFIDENTIAL, line=6),),
    boundaries=(
        Boundary("internet", "Between everybody and the service", BoundaryKind.INTERNET, line=11),
        Boundary("account", "The cloud account", within="internet", inferred=True, line=14),
    ),
    elements=(
        Element("customers", "Customers", ElementKind.EXTERNAL_ENTITY, boundary="internet", line=20),
        Element(
            "bucket",
            "The bucket",
            ElementKind.DATA_STORE,
            technology="aws_s3_bucket",
            resources=("aws_s3_bucket.files", "aws_s3_bucket_*.files"),
            boundary="account",
            assets=("files",),
            is_public=False,
            line=24,
        ),
    ),
    flows=(
        Flow(
            "uploads",
            "customers",
            "bucket",
            title="Files that customers send",
            protocol="https",
            assets=("files",),
            is_encrypted=True,
            is_authenticated=False,
            because="aws_s3_bucket_policy.files lets everybody write",
            inferred=True,
            line=34,
        ),
    ),
    assumptions=(Assumption("browsers-are-sound", "A customer's browser is not taken over.", line=46),),
    threats=(
        Threat(
            "files-read-on-the-way",
            "Somebody reads files on their way",
            ThreatCategory.INFORMATION_DISCLOSURE,
            Severity.HIGH,
            description="Also when a proxy stands between.",
            library="data-read-in-transit",
            places=("uploads", "bucket"),
            assets=("files",),
            controls=("object-storage-tls-only",),
            requirements=("asvs-5.0.0:12.2.1",),
            tests=("tests.test_upload.TlsTest::test_plain_http_is_refused",),
            mitigations=("The client pins the certificate.",),
            line=50,
        ),
        Threat(
            "key-lost",
            "The key is deleted",
            ThreatCategory.DENIAL_OF_SERVICE,
            Severity.LOW,
            accepted=Acceptance("It can be taken back for 30 days.", date(2027, 1, 31)),
            line=63,
        ),
    ),
    dismissed=(Dismissal("queue-flooded", "There is no queue.", line=72),),
    sign_off=SignOff("ab" * 32, "sam", datetime(2026, 11, 24, 12, tzinfo=UTC)),
)

_IDS = st.from_regex(r"\A[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,5})?\Z")
# What the schema lets through, with what means something in YAML more often than chance would have it.
_LETTERS = st.characters(
    exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Co", "Cn"), exclude_characters="\ufffc\ufffd"
)
_HOSTILE = st.sampled_from(
    [*"'\"\\%@`~=", " # x", "- a: b", ": ", "[a, b]", "{}", "&a *a", "!!b", "| ", "> ", "? ", "---", "...", "<<"]
)
_MISTAKEN = st.sampled_from(["null", "yes", "1e3", "0x1f", "2027-01-31", "a  b", "\u00a0", "word " * 40, "9" * 400])
SENTENCES = (
    st.lists(st.one_of(st.text(_LETTERS, max_size=12), _HOSTILE, _MISTAKEN), min_size=1, max_size=5)
    .map(lambda parts: "".join(parts).strip())
    .filter(bool)
)
_PARAGRAPHS = st.lists(st.one_of(SENTENCES, st.just(""), st.just("  within")), max_size=4).map(
    lambda lines: "\n".join(lines).strip()
)
_KNOWN = st.sampled_from([True, False, None])
_EACH_ONCE = st.lists(SENTENCES, max_size=3, unique=True).map(tuple)


def _some_of(ids: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(ids), max_size=4, unique=True).map(tuple) if ids else st.just(())


@st.composite
def models(draw: st.DrawFn) -> ThreatModel:
    """Any valid model without a sign-off; lines are not set."""

    def ids() -> list[str]:
        return draw(st.lists(_IDS, max_size=4, unique=True))

    def one_of(names: list[str]) -> str:
        return draw(st.sampled_from(["", *names]))

    assets, boundaries, places = ids(), ids(), draw(st.lists(_IDS, max_size=6, unique=True))
    elements, flows = places[::2], places[1::2]
    a_title = st.one_of(st.just(""), SENTENCES)
    return ThreatModel(
        service=draw(_IDS),
        scope=draw(SENTENCES),
        assets=tuple(Asset(item, draw(SENTENCES), draw(st.sampled_from(DataClass))) for item in assets),
        boundaries=tuple(
            Boundary(
                item,
                draw(SENTENCES),
                draw(st.sampled_from(BoundaryKind)),
                # Only one that stands before it, so that there is no circle.
                within=one_of(boundaries[:index]),
                inferred=draw(st.booleans()),
            )
            for index, item in enumerate(boundaries)
        ),
        elements=tuple(
            Element(
                item,
                draw(SENTENCES),
                draw(st.sampled_from(ElementKind)),
                technology=draw(a_title)[:200].strip(),
                resources=draw(_EACH_ONCE),
                boundary=one_of(boundaries),
                assets=draw(_some_of(assets)),
                is_public=draw(_KNOWN),
                inferred=draw(st.booleans()),
            )
            for item in elements
        ),
        flows=tuple(
            Flow(
                item,
                draw(st.sampled_from(elements)),
                draw(st.sampled_from(elements)),
                title=draw(a_title),
                protocol=draw(a_title)[:100].strip(),
                assets=draw(_some_of(assets)),
                is_encrypted=draw(_KNOWN),
                is_authenticated=draw(_KNOWN),
                because=draw(a_title),
                inferred=draw(st.booleans()),
            )
            for item in flows
        ),
        assumptions=tuple(Assumption(item, draw(SENTENCES)) for item in ids()),
        threats=tuple(
            Threat(
                item,
                draw(SENTENCES),
                draw(st.sampled_from(ThreatCategory)),
                draw(st.sampled_from(Severity)),
                description=draw(_PARAGRAPHS),
                library=draw(st.one_of(st.just(""), _IDS)),
                places=draw(_some_of(places)),
                assets=draw(_some_of(assets)),
                controls=draw(_some_of(sorted(CONTROLS))),
                requirements=draw(st.sampled_from([(), ("asvs-5.0.0:6.2.1",), ("cwe:79", "cwe:89")])),
                tests=draw(_EACH_ONCE.map(lambda names: tuple(dict.fromkeys(name[:400].strip() for name in names)))),
                mitigations=draw(_EACH_ONCE),
                accepted=draw(st.one_of(st.none(), st.builds(Acceptance, SENTENCES, st.dates(date(1000, 1, 1))))),
                inferred=draw(st.booleans()),
            )
            for item in ids()
        ),
        dismissed=tuple(Dismissal(item, draw(SENTENCES)) for item in ids()),
    )
