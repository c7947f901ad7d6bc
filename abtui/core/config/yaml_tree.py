"""YAML text in, a tree of nodes out, or a finding that tells why there is none. Nothing in the text is ever executed."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
import yaml

from abtui.core.config.shield import shield
from abtui.core.config.yaml_errors import parser_finding
from abtui.core.config.yaml_nodes import Builder, Node, at
from abtui.core.findings import Finding
from abtui.core.text import one_line

MAX_BYTES: Final = 1 << 20
_MAX_DIRECTIVES: Final = 100
_SHOWN_CHARACTERS: Final = 20
_SHOWN_NAME: Final = 100

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# The complement of YAML 1.1's printable characters (section 5.1); lone surrogates are outside them.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class Tree(msgspec.Struct, frozen=True):
    """What came of parsing: `root` is None exactly where a finding is an error."""

    root: Node | None
    findings: tuple[Finding, ...] = ()


def parse_yaml(text: str, name: str) -> Tree:
    """The one document in `text`. `name` is the file's, for the messages."""
    name = one_line(name, _SHOWN_NAME)
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        message = f"{name} has more than {MAX_BYTES:,} bytes and was not read."
        hint = "Is this the config, and not a file of events?"
        return Tree(None, (at(1, 1, "CONFIG-TOO-LARGE", message, hint),))
    findings: list[Finding] = []
    if text.startswith("\ufeff"):
        text = text[1:]
        findings.append(
            at(1, 1, "CONFIG-BOM", f"{name} starts with a byte-order mark.", "Save it as UTF-8 without one.")
        )
    if bad := _unprintable(text):
        return Tree(None, (*findings, *bad))
    if text.count("\n%") > _MAX_DIRECTIVES:
        # The C parser compares each directive with all before it: a megabyte of them takes seconds.
        message = f"{name} has more than {_MAX_DIRECTIVES} lines that start with `%`, YAML's directives."
        return Tree(None, (*findings, at(1, 1, "CONFIG-NOT-YAML", message, "A config needs none.")))
    result = _read(text, name)
    if isinstance(result, Finding):
        return Tree(None, (*findings, result))
    if result is None or result.kind == "null" or (result.kind == "map" and not result.children):
        hint = "Write `settings:` with `collectorEndpoint`, `environment` and `unitMapping` below it."
        return Tree(None, (*findings, at(1, 1, "CONFIG-EMPTY", f"{name} is empty.", hint)))
    return Tree(result, tuple(findings))


def _unprintable(text: str) -> list[Finding]:
    """A finding for each character that no YAML may hold, for the first twenty of them."""
    found: list[Finding] = []
    line, start = 1, 0
    for match in _UNPRINTABLE.finditer(text):
        for line_break in _BREAK.finditer(text, start, match.start()):
            line, start = line + 1, line_break.end()
        number = ord(match[0])
        kind = "half a character (a lone surrogate)" if 0xD800 <= number <= 0xDFFF else "a control character"
        message = f"YAML may not hold U+{number:04X}, {kind}."
        found.append(
            at(
                line,
                match.start() - start + 1,
                "CONFIG-NOT-YAML",
                message,
                "Delete it, or save the file as UTF-8 text.",
            )
        )
        if len(found) == _SHOWN_CHARACTERS:
            break
    return found


def _read(text: str, name: str) -> Node | Finding | None:
    loader = _LOADER(shield(text))
    try:
        return Builder(loader, name).build()
    except yaml.YAMLError as error:
        return parser_finding(error, text)
    except (ValueError, OverflowError):
        # PyYAML's own parser, used where the C one is missing, passes a `\U` escape beyond Unicode on to chr().
        return at(
            1, 1, "CONFIG-NOT-YAML", "An escape in a quoted text is no character.", "`\\U` takes at most 0010FFFF."
        )
    finally:
        loader.dispose()
