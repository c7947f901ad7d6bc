"""The change after which a config that is not YAML can be read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from abtui.core.config.model import ConfigReading
from abtui.core.config.syntax import NOT_YAML
from abtui.core.findings import Severity
from abtui.core.remedy.model import Remedy
from abtui.core.text.mask_keys import keys_in, without_keys
from abtui.core.text.secret import Secret, excerpt
from abtui.core.text.yaml_mend import Mend, mends

Read = Callable[[str], ConfigReading]
"""Reads a text of the config, with its environment and its files."""
_LINE: Final = 28


def mended(text: str, read: Read, reading: ConfigReading, secrets: Collection[Secret]) -> Remedy | None:
    """The likeliest mend of the mistake that a reading of `text` tells of: one that brings no finding, or else no error.

    One that leaves another mistake in the YAML is a step on the way.
    """
    last = reading.findings[-1] if reading.findings else None
    if last is None or last.code != NOT_YAML or last.line is None:
        return None
    # The finding may stand in the line before the one in which the parser gave up.
    best = None
    for mend in mends(text, last.line + 1):
        if mend.left is not None:
            best = mend
            break
        brought = _brought(mend, text, read)
        if "error" not in brought:
            best = best or mend
        if not brought & {"error", "warning"}:
            best = mend
            break
    return None if best is None else Remedy(title=_title(best, secrets), before=text, after=best.text)


def _title(mend: Mend, secrets: Collection[Secret]) -> str:
    written = without_keys(mend.written, {}, keys_in(mend.text, {}))
    return f"{mend.title}: {excerpt(written, _LINE, secrets)}"


def _brought(mend: Mend, text: str, read: Read) -> set[Severity]:
    """The severities of the findings that come with a mend: those that are not there without the line."""
    lines = text.split("\n")
    without = read("\n".join((*lines[: mend.line - 1], *lines[mend.line :]))).findings
    known = {(item.code, item.message) for item in without}
    return {item.severity for item in read(mend.text).findings if (item.code, item.message) not in known}
