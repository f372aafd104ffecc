"""What a run begins with: one template that is safe, and a value for each of its parameters."""

from dataclasses import dataclass, field

from pavior.adapters.cloudformation.template import Template, read_template
from pavior.adapters.engines.sources import digest_of, read_files
from pavior.environments.ports import Stack
from pavior.kernel.errors import InvalidError
from pavior.storage.masking import SHORTEST_SECRET_CHARACTERS

_NAMES = ("template.yaml", "template.yml", "template.json")


@dataclass(frozen=True, slots=True)
class Loaded:
    """One stack. `given` has the parameters that the template declares, and no others."""

    stack: Stack
    path: str
    template: Template
    given: dict[str, str] = field(repr=False)
    secret_names: frozenset[str]
    digest: str

    @property
    def secrets(self) -> frozenset[str]:
        """Texts that must not be seen."""
        texts = {self.given[name] for name in self.secret_names if name in self.given}
        return frozenset(text for text in texts if len(text) >= SHORTEST_SECRET_CHARACTERS)


def load(stack: Stack) -> Loaded:
    """Read the template.

    Raises:
        InvalidError: `stack-refused`, `stack-invalid`, `stack-unsupported`, `variable-missing`.
    """
    files = read_files(stack)
    found = [f"{stack.folder.name}/{name}" for name in _NAMES if f"{stack.folder.name}/{name}" in files]
    if len(found) != 1:
        raise InvalidError(
            "stack-invalid",
            f"{stack.folder.name}/ has {len(found) or 'no'} templates; one of {', '.join(_NAMES)} is wanted.",
            fix="Put one template there, or make the environment with another engine.",
        )
    foreign = sorted(name for name in files if name.endswith((".tf", ".tf.json")))
    if foreign:
        raise InvalidError(
            "stack-invalid",
            f"{foreign[0]} is Terraform source, beside a template; nobody would apply it.",
            fix="Remove one of the two, or make the environment with another engine.",
            context={"path": foreign[0]},
        )
    path = found[0]
    template = read_template(path, files[path])
    variables = {_plain(name): value for name, value in stack.variables.items()}
    secret = {_plain(name): value for name, value in stack.sensitive_variables.items()}
    given, secret_names, missing = dict[str, str](), set[str](), list[str]()
    for name, parameter in template.parameters.items():
        value = secret.get(_plain(name), variables.get(_plain(name), parameter.default))
        if value is None:
            missing.append(name)
            continue
        if _plain(name) in secret and not parameter.is_secret:
            raise InvalidError(
                "stack-invalid",
                f"The parameter {name} of {path} gets a secret, and AWS would show it to everybody who sees the stack.",
                fix="Write NoEcho: true at the parameter.",
                context={"path": path},
            )
        given[name] = value
        if parameter.is_secret:
            secret_names.add(name)
    if missing:
        raise InvalidError(
            "variable-missing",
            f"The stack needs a value for: {', '.join(sorted(missing))}.",
            fix="Give it with the Change, or give the parameter a default in the template.",
            context={"variables": sorted(missing)},
        )
    return Loaded(stack, path, template, given, frozenset(secret_names), digest_of({path: files[path]}, given))


def _plain(name: str) -> str:
    """Parameters have letters and digits only: `data_class` of a golden path is `DataClass` here."""
    return name.replace("_", "").lower()
