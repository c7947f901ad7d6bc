"""Finds the config among some files by their content. The name decides only if the content does not."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from typing import Final

import msgspec

from abtui.core.config.exports.forms import is_terraform
from abtui.core.segment import EVENT_TYPES
from abtui.core.text.plain import file_name
from abtui.services.errors import FileError
from abtui.services.files import CONFIG_SUFFIXES, STDIN

_LOOKED_AT: Final = 64 << 10
"""Bytes of a file that are looked at. The sections of a config are in its first lines."""
_SECTIONS: Final = frozenset({"destination", "settings"})
_KEY: Final = re.compile(
    r"""(?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)'|(?P<plain>[^\s#"'\[\]{},&*!|>%@`-][^\n#,{}\[\]]*?))\s*:(?:\s|$)"""
)
"""A key at the start of a line, and the colon that makes it one."""
_FLOW: Final = re.compile(r"""\{\s*["']?(?:destination|settings)["']?\s*:""")
_ADDRESS: Final = re.compile(r"""\\?"collector[ _-]?endpoint\\?"\s*:""", re.IGNORECASE)
"""The setting that only AB Smartly's destinations have, in JSON or in JSON in a text."""
_EXPORT: Final = re.compile(
    r"""\{\s*(?:"data"\s*:\s*\{\s*)?"(?:destinations?|subscriptions)"\s*:\s*[\[{]|\{[^{}\[\]]*"terraform_version"\s*:"""
)
"""How the answers of Segment's API with destinations begin, and Terraform's states and plans."""
_EVENT: Final = re.compile(rf"""\\?"type\\?"\s*:\s*\\?"(?:{"|".join(EVENT_TYPES)})\\?\"""")
_NOT_KEYS: Final = ("#", "---", "...", "%", "-", "}", "]", " ", "\t")
"""Other starts of a line in a YAML map: comments, marks, items, ends, and lines that belong to a key."""
_EVENTS: Final = ("[", "{", "-", "<", "analytics", "\x1f")
"""The starts of events, which no config begins with."""


class _Top(msgspec.Struct):
    """The keys that distinguish a config from an event, or from a tester's input with one, if both are JSON objects."""

    destination: msgspec.Raw | None = None
    settings: msgspec.Raw | None = None
    type: msgspec.Raw | None = None
    payload: msgspec.Raw | None = None
    message: msgspec.Raw | None = None
    event: msgspec.Raw | None = None
    input: msgspec.Raw | None = None


def split_paths(paths: Sequence[str]) -> tuple[str | None, tuple[str, ...]]:
    """The config among some paths, at any position, or None; and the other paths, of files and folders of events.

    Raises FileError if two of them are configs.
    """
    heads = {path: _head(path) for path in paths}
    configs = list(dict.fromkeys(path for path in paths if _is_config(heads[path])))
    if not configs:
        # A config that is empty, or whose first lines are broken: its mistakes are reported when it is read.
        configs = [path for path in paths if path.lower().endswith(CONFIG_SUFFIXES) and _may_be_config(heads[path])][:1]
    if len(configs) > 1:
        one, other = map(file_name, configs[:2])
        raise FileError(
            f"{one} and {other} are both configs.", f"Name one. To compare them: abtui diff {one} {other} EVENTS"
        )
    config = configs[0] if configs else None
    return config, tuple(path for path in paths if path != config)


def is_config(path: str) -> bool:
    """Whether a file is a config."""
    return split_paths([path])[0] is not None


def _head(path: str) -> str | None:
    """The beginning of a file; None for anything else, which is never opened here: a pipe can be read only once."""
    if path == STDIN:
        return None
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
        with open(path, "rb") as file:
            return file.read(_LOOKED_AT).decode("utf-8-sig", "replace")
    except (OSError, ValueError):
        return None


def _is_config(head: str | None) -> bool:
    """Whether a text is a YAML or JSON map with one of the sections that only configs have, or holds destinations of Segment."""
    text = "" if head is None else head.lstrip()
    if is_terraform(text):
        return True
    has_event = _EVENT.search(text) is not None
    if text.startswith(("{", "[")) and not has_event and (_ADDRESS.search(text) or _EXPORT.match(text)):
        return True
    if text.startswith("{"):
        try:
            top = msgspec.json.decode(text, type=_Top)
        except (msgspec.MsgspecError, RecursionError):
            return _FLOW.match(text) is not None
        is_input = any(part is not None for part in (top.type, top.payload, top.message, top.event, top.input))
        return not is_input and not (top.destination is None and (top.settings is None or has_event))
    found = False
    for line in text.splitlines():
        if not line or line.startswith(_NOT_KEYS):
            continue
        key = _KEY.match(line)
        if key is None:
            # Prose or code, which may quote a config further down.
            return found
        found = found or (key["double"] or key["single"] or key["plain"] or "").strip() in _SECTIONS
    return found


def _may_be_config(head: str | None) -> bool:
    """Whether a text that is no valid config could be meant as one."""
    return head is not None and not head.lstrip("\ufeff \t\r\n").startswith(_EVENTS)
