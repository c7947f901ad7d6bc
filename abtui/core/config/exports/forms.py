"""The forms of the files that hold a destination and are no config of ours: how each begins, and how it becomes a document."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable
from functools import cached_property
from typing import Final

from abtui.core.config.exports.document import JSON, NOWHERE, Document, Spot, Spots
from abtui.core.findings import Finding
from abtui.core.text.json_depth import is_deeper
from abtui.core.text.json_index import JSONIndex, index_json
from abtui.core.text.paths import Path

LARGEST: Final = 8 << 20
"""The most characters of an export. A workspace with hundreds of destinations takes less."""
_PLACED: Final = 2 << 20
"""The most characters of a JSON text in which places are looked for; those of a longer one would take too much memory."""


def _json(text: str, _name: str) -> Document | None:
    document = _placed_json(text)
    resources = document.value.get("resource") if document is not None and isinstance(document.value, dict) else None
    if document is None or not isinstance(resources, dict) or "segment_destination" not in resources:
        return document
    from abtui.core.config.exports.terraform import with_expressions

    return with_expressions(document)


def _placed_json(text: str) -> Document | None:
    if is_deeper(text):
        return None
    try:
        value = json.loads(text.removeprefix("\ufeff"), strict=False)
    except ValueError:
        return None
    if len(text) > _PLACED:
        return Document(noun=JSON, value=value, places=lambda _path: NOWHERE)
    placed = _Placed(text)
    return Document(noun=JSON, value=value, places=placed.places, dropped=placed.dropped)


class _Placed:
    """The places of a JSON text. It is gone through when one is asked for: most JSON is no export."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _index(self) -> JSONIndex:
        return index_json(self._text)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(r"\r\n|[\r\n]", self._text))]

    def _spot(self, offset: int) -> Spot:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def places(self, path: Path) -> Spots:
        """The spots of the value at a path, or of the nearest around it."""
        place = self._index.nearest(path)
        return NOWHERE if place is None else (self._spot(place.whole[0]), self._spot(place.value[0]))

    def dropped(self) -> list[tuple[Path, Spot]]:
        """The keys that come again."""
        return [(place.path, self._spot(place.whole[0])) for place in self._index.dropped()]


def _terraform(text: str, name: str) -> Document | Finding:
    # Imported here: its parser takes a while to load, and few configs need it.
    from abtui.core.config.exports.terraform import read_terraform

    return read_terraform(text, name)


_SPACE: Final = r"(?:\s++|\#[^\n]*+|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)*+"
_BLOCK: Final = (
    r'(?:(?:resource|data|module|variable|output|provider|check|ephemeral)\b(?:[ \t]*+"[^"\n]*+")++\s*+\{'
    r"|(?:locals|terraform|moved|removed)\b\s*+\{|import\s*+\{\s*+(?:to|id|for_each)\b)"
)
_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[str, str], Document | Finding | None]], ...]] = (
    (re.compile(r"\ufeff?\s*+[{\[]"), _json),
    (re.compile(rf"\ufeff?{_SPACE}{_BLOCK}"), _terraform),
)
"""How the text of each form begins, and its reader."""


def is_terraform(text: str) -> bool:
    """Whether a text begins as a file of Terraform does."""
    return _FORMS[1][0].match(text) is not None


def read_document(text: str, name: str) -> Document | Finding | None:
    """The value of a text in one of the forms, why it cannot be read, or None if it is in none. `name` is the file's, for the message."""
    if len(text) > LARGEST:
        return None
    return next((read(text, name) for begins, read in _FORMS if begins.match(text)), None)
