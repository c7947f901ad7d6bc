"""A mistake in the YAML of a config, told at the line that has it. The parser only knows the line where it gave up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from abtui.core.config.model import CATALOG_NOUNS
from abtui.core.config.names import destination_in_text
from abtui.core.findings import Finding
from abtui.core.text.yaml_mend import Mend, mends

NOT_YAML: Final = "CONFIG-NOT-YAML"
_KEYS: Final = {"names": "name", "fields": "field"}


def told(text: str, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings about a text that is not YAML; the last one says what is missing, and where, if a mend shows it."""
    last = findings[-1]
    if last.code != NOT_YAML or last.line is None:
        return findings
    mend = next(mends(text, last.line), None)
    if mend is None or not mend.message:
        return findings
    place = {"line": mend.line, "column": mend.column, "config_line": mend.line}
    return (*findings[:-1], msgspec.structs.replace(last, message=_message(text, mend), **place))


def _message(text: str, mend: Mend) -> str:
    lines = text.split("\n")
    setting = destination_in_text(text).setting(_key_around(lines, mend.line - 1))
    if not mend.missing or setting is None or setting.keys is None or setting.catalog is None:
        return mend.message
    return f"A colon is missing between the {_KEYS[setting.keys]} and the {CATALOG_NOUNS[setting.catalog]}."


def _key_around(lines: Sequence[str], at: int) -> str:
    """The key of the map that a line belongs to, by the indentation; "" if there is none."""
    indent = len(lines[at]) - len(lines[at].lstrip())
    before = (line for line in reversed(lines[:at]) if line.strip() and not line.lstrip().startswith("#"))
    around = next((line for line in before if len(line) - len(line.lstrip()) < indent), "")
    return around.partition(":")[0].strip()
