"""JSON paths as people read them: `$.units[0].uid`, `$.properties["odd key"]`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

Path = tuple[str | int, ...]

_PLAIN = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")
_STEP = re.compile(r'\.([A-Za-z_$][A-Za-z0-9_$]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]')


def path_text(path: Iterable[str | int]) -> str:
    """`("units", 0, "uid")` -> `$.units[0].uid`."""
    text = "$"
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN.match(step):
            text += f".{step}"
        else:
            text += f"[{json.dumps(step)}]"
    return text


def parse_path(text: str) -> Path:
    """The inverse of `path_text`. Raises ValueError for text that is no such path."""
    if not text.startswith("$"):
        raise ValueError(f"a path starts with $: {text!r}")
    path: list[str | int] = []
    at = 1
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None:
            raise ValueError(f"not a path at character {at + 1}: {text!r}")
        name, index, quoted = match.groups()
        path.append(name if name is not None else int(index) if index is not None else json.loads(quoted))
        at = match.end()
    return tuple(path)
