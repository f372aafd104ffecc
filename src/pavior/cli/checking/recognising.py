"""Tells by name and content what a file is that no reader takes, so that it is named and counted, never passed over.

Nothing is parsed: a few words at the beginning of lines tell. What is not told apart is nobody's infrastructure.
"""

import posixpath
import re
from collections.abc import Callable

from msgspec import Struct

# What tells stands near the beginning; of a large file no more is searched.
_SEARCHED_BYTES = 1_000_000
_YAML = (".yaml", ".yml")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Kind(Struct, frozen=True):
    """One kind of infrastructure that is not read.

    Args:
        id: Stands in the JSON of a report; stable for ever.
        one: What people call one of it.
        many: What they call several.
        why: Why it is not looked at, and what to do instead; one sentence.
    """

    id: str
    one: str
    many: str
    why: str

    def counted(self, count: int) -> str:
        """Such as `3 Dockerfiles`."""
        return f"{count} {self.one if count == 1 else self.many}"


def _kind(identity: str, one: str, many: str, why: str) -> Kind:
    return Kind(identity, one, many, why)


_UNREAD = "no reader takes it"
CLOUDFORMATION = _kind(
    "cloudformation", "CloudFormation template", "CloudFormation templates", "templates are not read by pavior check"
)
SAM = _kind("sam", "SAM template", "SAM templates", "templates are not read by pavior check")
BICEP = _kind("bicep", "Bicep file", "Bicep files", _UNREAD)
ARM = _kind("arm", "ARM template", "ARM templates", _UNREAD)
PULUMI = _kind("pulumi", "Pulumi project", "Pulumi projects", _UNREAD)
CDK = _kind("cdk", "CDK app", "CDK apps", "it is a program, which pavior check does not run")
DOCKERFILE = _kind("dockerfile", "Dockerfile", "Dockerfiles", _UNREAD)
COMPOSE = _kind("compose", "Compose file", "Compose files", _UNREAD)
ANSIBLE = _kind("ansible", "Ansible file", "Ansible files", _UNREAD)
SERVERLESS = _kind("serverless", "Serverless file", "Serverless files", _UNREAD)
TERRAGRUNT = _kind(
    "terragrunt", "Terragrunt file", "Terragrunt files", "what it calls is known to Terragrunt alone; check its plan"
)
OPENTOFU = _kind("opentofu", "file for OpenTofu alone", "files for OpenTofu alone", "only .tf and .tf.json are read")
PLAN = _kind("terraform-plan", "Terraform plan", "Terraform plans", "a plan is checked when its file is named")
STATE = _kind("terraform-state", "Terraform state", "Terraform states", "a state is checked when its file is named")
MODULE = _kind("terraform-module", "module from elsewhere", "modules from elsewhere", "its source is not here")
HELM = _kind("helm", "Helm chart", "Helm charts", "it was not rendered")
KUSTOMIZE = _kind("kustomize", "Kustomization", "Kustomizations", "it was not rendered: kubectl kustomize FOLDER")

KINDS = (
    CLOUDFORMATION, SAM, BICEP, ARM, PULUMI, CDK, DOCKERFILE, COMPOSE, ANSIBLE, SERVERLESS, TERRAGRUNT, OPENTOFU, PLAN,
    STATE, MODULE, HELM, KUSTOMIZE,
)  # fmt: skip
_BY_ID = {kind.id: kind for kind in KINDS}


def find_kind(identity: str) -> Kind | None:
    """The kind with this id."""
    return _BY_ID.get(identity)


def _lines(*patterns: str) -> tuple[bytes, ...]:
    """Patterns of lines; compiled when a file is first asked for them, for most checks meet few kinds."""
    return tuple(pattern.encode() for pattern in patterns)


def _key(name: str) -> str:
    """A key of the outermost mapping, in YAML or in JSON that was indented by anybody."""
    return rf"""^(?:[ \t]*["'])?{name}["']?[ \t]*:"""


_AWS_TYPE = r"""["']?Type["']?[ \t]*:[ \t]*["']?(?:AWS|Alexa|Custom)::"""
# Of each kind all patterns must be found.
_CLOUDFORMATION = (
    *_lines(r"""["']?AWSTemplateFormatVersion["']?[ \t]*:"""),
    *_lines(r"""["']?Resources["']?[ \t]*:""", _AWS_TYPE),
)
_SAM = _lines(r"AWS::Serverless-2016-10-31")
# Source: learn.microsoft.com/azure/azure-resource-manager/templates/syntax, "Template format".
_ARM = _lines(r"""["']\$schema["'][ \t]*:[ \t]*["'][^"'\n]*/[A-Za-z]*[dD]eployment(?:Template|Parameters)\.json""")
_COMPOSE = _lines(_key("services"), r"^[ \t]+(?:image|build)[ \t]*:")
_PLAYBOOK = _lines(
    r"^-[ \t]+(?:name[ \t]*:[^\n]*\n[ \t]+)?(?:hosts|import_playbook|ansible\.builtin\.import_playbook)[ \t]*:"
)
_TASKS = _lines(r"^[ \t]*-[ \t]+(?:name|include_tasks|import_tasks|[a-z]+\.[a-z_]+\.[a-z_]+)[ \t]*:")
_TASKS_FOLDER = r"(?:^|/)(?:tasks|handlers)/[^/]+$"
_SERVERLESS = _lines(_key("service"), _key("provider"))
_PULUMI = _lines(_key("name"), _key("runtime"))
_DOCKERFILE = _lines(r"^[ \t]*(?i:FROM)[ \t]+\S")
_COMPOSE_NAME = r"(?:docker-)?compose(?:[.-].+)?\.ya?ml"
_OF_A_PLAN = (b'"planned_values"', b'"resource_changes"')
_CHART = _lines(r"^apiVersion[ \t]*:[ \t]*[\"']?v[12]\b", r"^name[ \t]*:")

_NAMED_ONLY = (".bicep", ".tfstate", ".template")


def is_candidate(name: str) -> bool:
    """Whether a file of this name may be infrastructure that is neither Terraform nor YAML nor JSON."""
    base = posixpath.basename(name)
    return name.endswith(_NAMED_ONLY) or base == "terragrunt.hcl" or _is_named_dockerfile(base)


def _is_named_dockerfile(base: str) -> bool:
    return (
        base in ("Dockerfile", "Containerfile")
        or base.startswith(("Dockerfile.", "Containerfile."))
        or base.lower().endswith((".dockerfile", ".containerfile"))
    )


def recognise(name: str, content: bytes) -> Kind | None:
    """What kind of infrastructure it is that is not read, or None."""
    base = posixpath.basename(name)
    searched = content[:_SEARCHED_BYTES]
    if searched.startswith(_UTF_16):
        # PowerShell writes plans so.
        searched = searched.decode("utf-16", errors="replace").encode("utf-8", errors="replace")
    for kind, is_it in _TESTS:
        if is_it(base, name, searched):
            return kind
    return None


def is_chart(name: str, content: bytes) -> bool:
    """Whether a file makes its folder a Helm chart."""
    return posixpath.basename(name) == "Chart.yaml" and _has(content[:_SEARCHED_BYTES], _CHART)


def _has(content: bytes, patterns: tuple[bytes, ...]) -> bool:
    return all(re.search(pattern, content, re.MULTILINE) for pattern in patterns)


def _is_plan(_: str, name: str, content: bytes) -> bool:
    # Asked first and without patterns: plans are the largest files that are named.
    return name.endswith(".json") and b'"terraform_version"' in content and any(word in content for word in _OF_A_PLAN)


def _is_cloudformation(_: str, name: str, content: bytes) -> bool:
    if not name.endswith((*_YAML, ".json", ".template")):
        return False
    if b"AWSTemplateFormatVersion" not in content and b"Resources" not in content:
        return False
    version, *resources = _CLOUDFORMATION
    return _has(content, (version,)) or _has(content, tuple(resources))


def _is_sam(base: str, name: str, content: bytes) -> bool:
    return _has(content, _SAM) and _is_cloudformation(base, name, content)


def _is_ansible(_: str, name: str, content: bytes) -> bool:
    if not name.endswith(_YAML):
        return False
    return ((b"hosts" in content or b"import_playbook" in content) and _has(content, _PLAYBOOK)) or (
        re.search(_TASKS_FOLDER, name) is not None and _has(content, _TASKS)
    )


def _is_compose(base: str, name: str, content: bytes) -> bool:
    if not name.endswith(_YAML) or b"services" not in content or not _has(content, _COMPOSE):
        return False
    # A pipeline has services too, and stages or jobs beside them.
    return re.fullmatch(_COMPOSE_NAME, base) is not None or not _has(content, _OTHER_SERVICES)


_OTHER_SERVICES = _lines(r"^(?:stages|jobs|steps|script|apiVersion)[ \t]*:")

_TESTS: tuple[tuple[Kind, Callable[[str, str, bytes], bool]], ...] = (
    (PLAN, _is_plan),
    (SAM, _is_sam),
    (CLOUDFORMATION, _is_cloudformation),
    (BICEP, lambda _, name, content: name.endswith(".bicep") and bool(content.strip())),
    (ARM, lambda _, name, content: name.endswith(".json") and _has(content, _ARM)),
    (PULUMI, lambda base, _, content: base in ("Pulumi.yaml", "Pulumi.yml") and _has(content, _PULUMI)),
    (CDK, lambda base, _, content: base == "cdk.json" and b'"app"' in content),
    (SERVERLESS, lambda base, _, content: base.startswith("serverless.y") and _has(content, _SERVERLESS)),
    (TERRAGRUNT, lambda base, _, content: base == "terragrunt.hcl" and bool(content.strip())),
    (STATE, lambda _, name, content: name.endswith(".tfstate") and bool(content.strip())),
    (
        DOCKERFILE,
        lambda base, _, content: _is_named_dockerfile(base) and _has(content, _DOCKERFILE),
    ),
    (COMPOSE, _is_compose),
    (ANSIBLE, _is_ansible),
)
