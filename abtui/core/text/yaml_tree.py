"""YAML text in, a tree of nodes out, or a finding that tells why there is none. Nothing in the text is ever executed."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
import yaml

from abtui.core.findings import Finding
from abtui.core.text.plain import one_line
from abtui.core.text.yaml_errors import parser_finding
from abtui.core.text.yaml_nodes import CONFIG_FORM, Builder, Form, Items, Node, at, too_deep
from abtui.core.text.yaml_references import shield, shield_pairs

MAX_BYTES: Final = CONFIG_FORM.max_bytes
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


def parse_yaml(text: str, name: str, form: Form = CONFIG_FORM, items: Items | None = None) -> Tree:
    """The one document in `text`. `name` is the file's, for the messages; `items` may be taken while it is read."""
    name = one_line(name, _SHOWN_NAME)
    not_yaml = f"{form.codes}-NOT-YAML"
    if len(text) > form.max_bytes or len(text.encode("utf-8", "surrogatepass")) > form.max_bytes:
        message = f"{name} has more than {form.max_bytes:,} bytes and was not read."
        return Tree(None, (at(1, 1, f"{form.codes}-TOO-LARGE", message, form.large),))
    findings: list[Finding] = []
    mark = text.startswith("\ufeff")
    if mark:
        text = text[1:]
        message = f"{name} starts with a byte-order mark."
        findings.append(at(1, 1, f"{form.codes}-BOM", message, "Save it as UTF-8 without one."))
    if bad := _unprintable(text, not_yaml):
        return Tree(None, (*findings, *bad))
    if text.count("\n%") > _MAX_DIRECTIVES:
        # The C parser compares each directive with all before it: a megabyte of them takes seconds.
        message = f"{name} has more than {_MAX_DIRECTIVES} lines that start with `%`, YAML's directives."
        return Tree(None, (*findings, at(1, 1, not_yaml, message, f"A {form.noun} needs none.")))
    result = _read(text, name, form, int(mark), items)
    if isinstance(result, Finding):
        return Tree(None, (*findings, result))
    if result is None or result.kind == "null" or (result.kind == "map" and not result.children):
        return Tree(None, (*findings, at(1, 1, f"{form.codes}-EMPTY", f"{name} is empty.", form.empty)))
    return Tree(result, tuple(findings))


def _unprintable(text: str, code: str) -> list[Finding]:
    """A finding for each character that no YAML may hold, for the first twenty of them."""
    found: list[Finding] = []
    line, start = 1, 0
    for match in _UNPRINTABLE.finditer(text):
        for line_break in _BREAK.finditer(text, start, match.start()):
            line, start = line + 1, line_break.end()
        number = ord(match[0])
        kind = "half a character (a lone surrogate)" if 0xD800 <= number <= 0xDFFF else "a control character"
        message = f"YAML may not hold U+{number:04X}, {kind}."
        hint = "Delete it, or save the file as UTF-8 text."
        found.append(at(line, match.start() - start + 1, code, message, hint))
        if len(found) == _SHOWN_CHARACTERS:
            break
    return found


def _read(text: str, name: str, form: Form, offset: int, items: Items | None) -> Node | Finding | None:
    loader = _LOADER(shield_pairs(shield(text) if form.references else text))
    try:
        return Builder(loader, name, form, offset, items).build()
    except yaml.YAMLError as error:
        if "nesting depth" in (getattr(error, "problem", None) or ""):
            # Newer C parsers have a limit of their own, and meet it while they look ahead.
            mark = getattr(error, "problem_mark", None)
            return too_deep(name, form, *((mark.line + 1, mark.column + 1) if mark is not None else (1, 1)))
        return parser_finding(error, text, f"{form.codes}-NOT-YAML")
    except (ValueError, OverflowError):
        # PyYAML's own parser, used where the C one is missing, passes a `\U` escape beyond Unicode on to chr().
        message = "An escape in a quoted text is no character."
        return at(1, 1, f"{form.codes}-NOT-YAML", message, "`\\U` takes at most 0010FFFF.")
    finally:
        loader.dispose()
