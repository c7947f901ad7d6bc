"""The files that a section of a config names: `catalog: !file catalog.yaml`. What is wrong with one never stops the mapping."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from abtui.core.config.model import FileReader
from abtui.core.config.walk import Path, Walk
from abtui.core.findings import Finding, finding
from abtui.core.text.plain import plural
from abtui.core.text.yaml_nodes import Node

_FILE_TAG: Final = "!file"
_TOLD: Final = 20
"""Mistakes of a file that are told one by one: they all stand at one line of the config."""


class NamedFile(NamedTuple):
    """A file that a section names, and its text."""

    name: str
    text: str


def file_name_in(value: Node) -> Node | None:
    """The name in a value that is `!file NAME`; None for any other value."""
    is_name = value.kind == "other" and value.tag == _FILE_TAG
    return msgspec.structs.replace(value, kind="text", tag="") if is_name else None


def read_named(
    walk: Walk, value: Node, path: Path, files: FileReader, *, code: str, example: str, hint: str
) -> NamedFile | None:
    """The file that the value at `path` names, or None after a finding with this code."""
    text = walk.text(value, path)
    if text is None or text.unset:
        return None
    if not text.value.strip():
        walk.tell(code, value, f"`{walk.quoter.key_path(path)}` names no file.", f"Write `{example}`.")
        return None
    read = files(text.value)
    if read.text is None:
        walk.tell(code, value, walk.quoter.sentence(read.problem), hint)
        return None
    return NamedFile(text.value, read.text)


def tell_of_file(walk: Walk, value: Node, name: str, findings: Sequence[Finding], code: str) -> None:
    """Tell the findings of a file where the config names it; its errors under this code."""
    shown = walk.quoter.shown(name)
    for item in findings[:_TOLD]:
        own = code if item.severity == "error" else item.code
        message = f"`{shown}`, line {item.line}: {item.message}"
        walk.findings.append(
            finding(own, message, item.hint, line=value.line, column=value.column, config_line=value.line)
        )
    if (more := len(findings) - _TOLD) > 0:
        walk.tell(code, value, f"`{shown}` has {plural(more, 'more mistake')}.", "Correct the first ones.")
