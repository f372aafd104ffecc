"""From files to modules: which folders are root modules, which they call, and what each resource block says."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

from msgspec.structs import replace

from pavior.adapters.hcl.budget import Budget, too_complex
from pavior.adapters.hcl.declarations import (
    DATA,
    Declaration,
    Declarations,
    ModuleCall,
    Variable,
    beside,
    folder_of,
    plain_text,
    read_declarations,
    source_invalid,
)
from pavior.adapters.hcl.evaluation import Scope, evaluate_or_unknown
from pavior.adapters.hcl.instances import Instance, Key, index_text
from pavior.adapters.hcl.linking import Linker, Place
from pavior.adapters.hcl.meant import as_meant
from pavior.adapters.hcl.model import Module, ResourceBlock
from pavior.adapters.hcl.overriding import overridden
from pavior.adapters.hcl.resource_blocks import Written, find_written, resource_block
from pavior.adapters.hcl.session import Session, knows_nothing
from pavior.adapters.hcl.syntax import File, parse
from pavior.adapters.hcl.values import not_evaluated, revealed, settled
from pavior.adapters.hcl.variables import read_variables
from pavior.adapters.hcl.ways import ways_of
from pavior.kernel.errors import InvalidError
from pavior.resources.model import Skipped, Unknown

# What is counted of what was not read.
_MODULE, _OPENTOFU = "terraform-module", "opentofu"
_OF_TERRAFORM, _OF_OPENTOFU = (".tf", ".tf.json"), (".tofu", ".tofu.json")
NO_FILES: Mapping[str, bytes] = MappingProxyType({})
# One more instance costs what evaluating so many names does.
STEPS_PER_INSTANCE = 30
# Modules that call modules; real stacks have two or three levels.
MAXIMUM_CALL_DEPTH = 8
MAXIMUM_MODULES = 1000


class Reader:
    """Reads the files of one checkout; each file once.

    Args:
        is_strict: What cannot be read is an error. Otherwise it is in `skipped`.
        is_lenient: What Terraform refuses and has one meaning is read as that, with a remark; see `meant`.
    """

    def __init__(self, files: Mapping[str, bytes], *, is_strict: bool, is_lenient: bool = False) -> None:
        self._files = files
        self._is_strict = is_strict
        self._is_lenient = is_lenient
        self._folders: dict[str, tuple[File, ...]] = {}
        self._skipped: dict[str, list[Skipped]] = {}
        self._unreadable: dict[str, list[tuple[str, InvalidError]]] = {}
        self._instances = 0

    def root_folders(self) -> tuple[str, ...]:
        """Folders with Terraform files that no module calls, the shallowest first. An unreadable file calls none."""
        folders = {folder_of(path) for path in self._files if path.endswith((*_OF_TERRAFORM, *_OF_OPENTOFU))}
        called: set[str] = set()
        for folder in folders:
            for file in self._parse(folder):
                for block in file.blocks:
                    source = plain_text(block.attributes.get("source")) if block.type == "module" else None
                    if source is not None and source.startswith(("./", "../")):
                        called.add(beside(folder, source))
        # A circle of modules has no root; then all are read, and the circle is told.
        roots = (folders - called) or folders
        return tuple(sorted(roots, key=lambda folder: (len(PurePosixPath(folder).parts), folder)))

    def read(
        self,
        folder: str,
        variables: Mapping[str, str],
        sensitive: frozenset[str],
        variable_files: Mapping[str, bytes] = NO_FILES,
    ) -> Module:
        """The root module of one folder.

        Args:
            variable_files: Files of values from elsewhere by path, which win over those in the folder.
        """
        budget = Budget(sum(len(body) for path, body in self._files.items() if path.endswith(_OF_TERRAFORM)))
        session = Session(knows_nothing, budget)
        declarations = self._declare(folder)
        given, undeclared = read_variables(
            declarations, self._files, variables, variable_files, is_strict=self._is_strict
        )
        root = Instance(declarations, self._files, folder, given=given, sensitive=sensitive)
        self._instances = 0
        incomplete: list[Skipped] = []
        self._call(root, session, (folder,), incomplete)
        for instance in _walk(root):
            # A wrong value is told at once, also where nothing uses the variable.
            for variable in instance.declarations.variables.values():
                session.variable(instance, variable.name)
                _require_valid(variable, session.scope(instance))
        resources: list[ResourceBlock] = []
        owners: dict[str, Instance] = {}
        linker = Linker(session)
        for instance in _walk(root):
            for declared in instance.declarations.resources.values():
                for resource in self._resources(instance, declared, session, linker, incomplete):
                    resources.append(resource)
                    owners[resource.address] = instance
        skipped = [item for instance in _walk(root) for item in instance.declarations.skipped] + incomplete
        remarks = [item for instance in _walk(root) for item in instance.declarations.remarks]
        return Module(
            folder=folder,
            files=tuple(declarations.files),
            resources=tuple(item for item in resources if item.mode != DATA),
            data=tuple(item for item in resources if item.mode == DATA),
            outputs=declarations.outputs,
            variables=declarations.variables,
            locals=declarations.locals,
            providers=tuple(declarations.providers),
            required_providers=declarations.required_providers,
            module_calls=tuple(declarations.module_calls.values()),
            backends=tuple(declarations.backends),
            others=tuple(declarations.others),
            skipped=tuple(dict.fromkeys(skipped)),
            complete=not skipped,
            remarks=(*undeclared, *dict.fromkeys(remarks)),
            _root=root,
            _owners=owners,
            _budget=budget,
        )

    def _parse(self, folder: str) -> tuple[File, ...]:
        if folder not in self._folders:
            parsed: list[File] = []
            skipped, unreadable = self._skipped.setdefault(folder, []), self._unreadable.setdefault(folder, [])
            for path in sorted(path for path in self._files if folder_of(path) == folder):
                if path.endswith(_OF_OPENTOFU):
                    skipped.append(Skipped(path, "a file for OpenTofu alone is not read", _OPENTOFU))
                elif path.endswith(_OF_TERRAFORM):
                    try:
                        takes_repeats = self._is_lenient and not self._is_strict
                        parsed.append(_read_file(path, self._files[path], are_repeats_taken=takes_repeats))
                    except InvalidError as error:
                        unreadable.append((path, error))
            self._folders[folder] = overridden(parsed, is_strict=self._is_strict)
        return self._folders[folder]

    def _declare(self, folder: str) -> Declarations:
        files = self._parse(folder)
        remarks: tuple[Skipped, ...] = ()
        if self._is_lenient:
            files, remarks = as_meant(files)
        skipped = list(self._skipped[folder])
        for path, error in self._unreadable[folder]:
            if self._is_strict:
                raise error
            skipped.append(Skipped(path, f"{error.code}: {error.summary}"))
        declarations = read_declarations(folder, files, is_strict=self._is_strict)
        declarations.skipped.extend(skipped)
        declarations.remarks.extend(remarks)
        declarations.is_lenient = self._is_lenient
        return declarations

    def _call(self, instance: Instance, session: Session, chain: tuple[str, ...], incomplete: list[Skipped]) -> None:
        for call in instance.declarations.module_calls.values():
            label = f"module.{call.name}"
            address = instance.prefix + label
            folder = beside(instance.declarations.folder, call.source) if call.is_local else ""
            why = self._why_not_called(call, folder, chain)
            repetition = not_evaluated(why) if why else session.repetition(instance, label, call.block)
            if isinstance(repetition, Unknown):
                why = why or f"how many there are is not known: {_told(repetition)}"
                instance.children[call.name] = not_evaluated(f"{address} was not read: {why}")
                incomplete.append(Skipped(address, why, "" if call.is_local else _MODULE))
                continue
            children: dict[Key, Instance] = {}
            declarations = self._declare(folder)
            for key in repetition:
                self._instances += 1
                if self._instances > MAXIMUM_MODULES:
                    raise too_complex(f"more than {MAXIMUM_MODULES} modules are called")
                prefix = f"{address}{index_text(key)}."
                children[key] = Instance(
                    declarations, self._files, chain[0], prefix=prefix, caller=(instance, call, key)
                )
            instance.children[call.name] = children
            for child in children.values():
                self._call(child, session, (*chain, folder), incomplete)

    def _why_not_called(self, call: ModuleCall, folder: str, chain: tuple[str, ...]) -> str:
        if not call.is_local:
            shown = call.shown_source
            return f"its source {shown!r} is not a folder of this checkout" if shown else "it has no source"
        if folder in chain:
            return "it calls itself"
        if len(chain) > MAXIMUM_CALL_DEPTH:
            return f"modules call each other deeper than {MAXIMUM_CALL_DEPTH} levels"
        if not any(folder_of(path) == folder and path.endswith(_OF_TERRAFORM) for path in self._files):
            return f"there are no Terraform files in {folder}"
        return ""

    def _resources(
        self,
        instance: Instance,
        declared: Declaration,
        session: Session,
        linker: Linker,
        incomplete: list[Skipped],
    ) -> Iterator[ResourceBlock]:
        repetition = session.repetition(instance, declared.address, declared.block)
        if isinstance(repetition, Unknown):
            why = f"how many there are is not known: {_told(repetition)}"
            incomplete.append(Skipped(instance.prefix + declared.address, why))
            return
        of_every_instance: Written | None = None
        for key, local in repetition.items():
            session.budget.spend(STEPS_PER_INSTANCE)
            place = Place(instance, local, declared.block.attributes.get("for_each"), key)
            written = of_every_instance or find_written(declared, place, session, linker)
            if written.is_of_every_instance:
                of_every_instance = written
            found = resource_block(declared, place, written, linker)
            variants = ways_of(declared.block, session.scope(instance, local))
            session.budget.spend(STEPS_PER_INSTANCE * len(variants))
            ways = tuple(_way(replace(declared, block=item), place, session, linker) for item in variants)
            yield replace(found, ways=ways) if ways else found


def _way(declared: Declaration, place: Place, session: Session, linker: Linker) -> ResourceBlock:
    return resource_block(declared, place, find_written(declared, place, session, linker), linker)


def _read_file(path: str, body: bytes, *, are_repeats_taken: bool) -> File:
    if path.endswith(".json"):
        # Loaded where there is one, which is seldom.
        from pavior.adapters.hcl.json_syntax import parse_json

        return parse_json(path, body, are_repeats_taken=are_repeats_taken)
    return parse(path, body, are_repeats_taken=are_repeats_taken)


def _require_valid(variable: Variable, scope: Scope) -> None:
    """Raises InvalidError `source-invalid` when a validation says that the value is wrong; not when it cannot tell."""
    for block in variable.validations:
        condition = block.attributes.get("condition")
        if condition is None or revealed(settled(evaluate_or_unknown(condition.expression, scope))) is not False:
            continue
        message = block.attributes.get("error_message")
        told = evaluate_or_unknown(message.expression, scope) if message is not None else ""
        why = told if isinstance(told, str) else "it does not meet its validation"
        raise source_invalid(block.position, f"the value given for the variable {variable.name} is refused: {why}")


def _walk(instance: Instance) -> Iterator[Instance]:
    yield instance
    for children in instance.children.values():
        if not isinstance(children, Unknown):
            for child in children.values():
                yield from _walk(child)


def _told(unknown: Unknown) -> str:
    return unknown.detail or unknown.reason.value
