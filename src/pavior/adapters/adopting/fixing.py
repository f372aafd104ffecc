"""Source in which resources get literal attributes: in place, with comments and formatting as they were."""

import re
from collections.abc import Mapping, Sequence

from pavior.adapters.adopting.edits import Editor, Sides
from pavior.adapters.adopting.literals import NotWritableError
from pavior.adapters.adopting.places import Edit, SourceText
from pavior.adapters.hcl.model import ResourceBlock
from pavior.adapters.hcl.module import read_module
from pavior.kernel.verdicts import Position
from pavior.resources.fixing import FixedSource, WantedAttribute

_MARK_OF_A_CONFLICT = re.compile(r"^(?:<{7} |={7}$|>{7} )", re.MULTILINE)
# As generators announce themselves, golang.org/s/generatedcode first among them.
_GENERATED = re.compile(
    r"do not edit|@generated|auto-?generated|(?:this file|code) (?:is|was) generated|code generated", re.IGNORECASE
)
_HEAD_LINES = 10


def write_attributes(files: Mapping[str, bytes], folder: str, wanted: Sequence[WantedAttribute]) -> FixedSource:
    """Let each resource say its attribute; what cannot be written is left as it is, and told.

    An attribute that is computed is not written over, nor is anything written into generated files, or files with the
    marks of a conflict. No block is read from JSON, so none is found there. Nothing is proven here: who asks for it
    reads the files again.

    Args:
        files: By path; of the stack in `folder` and the modules that it calls.
    """
    module = read_module(files, {}, frozenset(), folder=folder, is_strict=False)
    blocks = {item.address: item for item in module.resources}
    texts: dict[str, SourceText] = {}
    edits: dict[str, list[Edit]] = {}
    refused: dict[WantedAttribute, str] = {}
    # One block may make several resources, and be asked for once for each.
    done: dict[tuple[Position, str], WantedAttribute] = {}
    for item in wanted:
        block = blocks.get(item.address)
        if block is None:
            refused[item] = "its block was not found"
            continue
        if block.position.path.endswith(".json"):
            refused[item] = "it is written in JSON, which is not edited"
            continue
        first = done.setdefault((block.position, item.name), item)
        if first is not item and first.value != item.value:
            refused[item] = f"another control wants {item.name} otherwise"
        elif first is not item and first in refused:
            refused[item] = refused[first]
        elif first is item:
            try:
                found = _edits(block, item, files, texts)
            except NotWritableError as error:
                refused[item] = str(error)
                continue
            for path, more in found.items():
                edits.setdefault(path, []).extend(more)
    return FixedSource({path: texts[path].edited(more) for path, more in edits.items()}, refused)


def _edits(
    block: ResourceBlock, item: WantedAttribute, files: Mapping[str, bytes], texts: dict[str, SourceText]
) -> Mapping[str, list[Edit]]:
    written = block.block.attributes.get(item.name)
    for path in {block.position.path, *(other.position.path for other in block.block.attributes.values())}:
        if path not in texts:
            texts[path] = _open(path, files[path])
    if written is not None and written.position.path != block.position.path:
        raise NotWritableError(f"{written.position.path} writes it over")
    if {"all", item.name} & set(block.lifecycle.ignore_changes):
        raise NotWritableError("its lifecycle ignores changes of it, so writing it would change nothing")
    if block.block.of_type(item.name):
        raise NotWritableError("a block stands where the attribute belongs")
    editor = Editor(texts)
    editor.attribute_or_blocks(block.block, item.name, Sides(None, None, item.value))
    return editor.edits


def _open(path: str, body: bytes) -> SourceText:
    text = SourceText.of(path, body)
    if _MARK_OF_A_CONFLICT.search(text.text):
        raise NotWritableError(f"{path} has the marks of a conflict")
    head = "\n".join(text.text.splitlines()[:_HEAD_LINES])
    if any(_GENERATED.search(line) for line in head.splitlines() if line.lstrip().startswith(("#", "//", "/*", "*"))):
        raise NotWritableError(f"{path} says that it is generated")
    return text
