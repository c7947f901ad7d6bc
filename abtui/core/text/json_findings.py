"""The rules of findings about JSON: what JSON.parse would refuse, lose or change."""

from __future__ import annotations

from typing import Final

from abtui.core.findings import error, info, warning

SYNTAX: Final = error(
    "JSON-SYNTAX",
    "The JSON is broken",
    "abtui does not map this piece of text; Segment would not accept it either. The finding points to where reading failed. Events before and after it are read.",
)
DEPTH: Final = error(
    "JSON-DEPTH",
    "The JSON is nested too deeply",
    "It has more than 200 levels, far more than any event of an SDK. abtui refuses it rather than read half of it.",
)
COMMENT: Final = warning(
    "JSON-COMMENT",
    "The JSON has a comment",
    "abtui accepts comments in samples written by hand. Segment's API and JSON.parse refuse them.",
)
TRAILING_COMMA: Final = warning(
    "JSON-TRAILING-COMMA",
    "The JSON has a trailing comma",
    "abtui accepts the comma in samples written by hand. Segment's API and JSON.parse refuse it.",
)
BOM: Final = info(
    "JSON-BOM",
    "The text starts with a byte-order mark",
    "abtui skips the mark, but some tools refuse a file that has one.",
)
QUOTES: Final = warning(
    "JSON-QUOTES",
    "The quotes are typographic",
    "Chats, mail and word processors turn straight quotes into “typographic” ones, which neither JSON nor a program has. abtui reads them as straight ones; inside a text that has straight quotes around it they are left as they are.",
)
SPACES: Final = warning(
    "JSON-SPACES",
    "A no-break or zero-width space between the values",
    "Web pages, chats and word processors put such characters in the place of plain spaces; JSON.parse refuses them. abtui skips them between the values and leaves them inside texts.",
)
NUMBER: Final = warning(
    "JSON-NUMBER",
    "A number that JSON does not have",
    "`NaN`, `Infinity` and `-Infinity` are JavaScript, not JSON. abtui reads them as null, as JSON.stringify writes them.",
)
DUPLICATE_KEY: Final = warning(
    "JSON-DUPLICATE-KEY",
    "An object has the same key twice",
    "JSON.parse keeps the last value, and so does abtui. The first one is lost.",
)
SURROGATE: Final = warning(
    "JSON-SURROGATE",
    "Half a character",
    "The text has a lone surrogate, half of an emoji cut by a tool that counts UTF-16 units. JavaScript escapes it and sends it; most servers replace or refuse it.",
)
