"""The rules of findings about JSON: what JSON.parse would refuse, lose or change."""

from __future__ import annotations

from typing import Final

from abtui.core.findings import error, info, warning

SYNTAX: Final = error(
    "JSON-SYNTAX",
    "The JSON is broken",
    "The piece is not mapped: Segment would not accept it either. The place is where reading failed; events before and after it are read.",
)
DEPTH: Final = error(
    "JSON-DEPTH",
    "The JSON is nested too deeply",
    "More than 200 levels. No event of an SDK comes near; it is refused rather than half read.",
)
COMMENT: Final = warning(
    "JSON-COMMENT",
    "The JSON has a comment",
    "Accepted here, for hand-made samples. Segment's API and JSON.parse refuse it.",
)
TRAILING_COMMA: Final = warning(
    "JSON-TRAILING-COMMA",
    "The JSON has a trailing comma",
    "Accepted here, for hand-made samples. Segment's API and JSON.parse refuse it.",
)
BOM: Final = info(
    "JSON-BOM",
    "The text starts with a byte-order mark",
    "Accepted and skipped; some tools refuse a file with one.",
)
NUMBER: Final = warning(
    "JSON-NUMBER",
    "A number JSON does not have",
    "`NaN`, `Infinity` and `-Infinity` are JavaScript, not JSON. Read as null, which is what JSON.stringify writes for them.",
)
DUPLICATE_KEY: Final = warning(
    "JSON-DUPLICATE-KEY",
    "A key stands twice in an object",
    "JSON.parse keeps the last one, and so does abtui. What the first one said is lost.",
)
SURROGATE: Final = warning(
    "JSON-SURROGATE",
    "Half a character",
    "The text has a lone surrogate, half of an emoji cut by a tool that counts UTF-16 units. JavaScript passes it on escaped; most servers replace or refuse it.",
)
