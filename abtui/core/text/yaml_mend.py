"""Mends of mistakes in YAML's syntax: changes of a line after which the text is YAML again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from abtui.core.findings import Finding
from abtui.core.text.yaml_nodes import CONFIG_FORM, Form
from abtui.core.text.yaml_text import quoted_like
from abtui.core.text.yaml_tree import parse_yaml

_LONGEST: Final = 64 * 1024
"""Characters of a longer text are not mended: each attempt reads it whole, between two key presses."""
_LONGEST_LINE: Final = 1000
_BEFORE: Final = 3
"""How many lines before the place where the parser gave up are tried: a text without its colon runs on into the next line."""
_MOST_FURTHER: Final = 5
_WIDTHS: Final = (2, 4, 8)

_COMMENT: Final = r"(?P<tail>[ \t]*(?:[ \t]#.*)?\r?)\Z"
_VALUE: Final = r"""(?:"[^"]*"|'[^']*'|[^\s"'#]+)"""
_TWO_WORDS: Final = (
    re.compile(rf"(?P<key> *[^\s:#\-\[{{?][^:#]*?)[ ]+(?P<value>{_VALUE}){_COMMENT}"),
    re.compile(rf"(?P<key> *[^\s:#\-\[{{?][^\s:#]*)[ ]+(?P<value>[^:#]+?){_COMMENT}"),
)
_ONE_WORD = re.compile(rf"(?P<key> *[^\s:#\-\[{{?][^:#]*?){_COMMENT}")
_STUCK = re.compile(r" *[^\s:#\"'\-\[{?][^:#\"']*:(?=[^\s:])")
_TAB = re.compile(r"(?m)^[ ]*\t[ \t]*")
_OPENED = re.compile(rf"""(?P<head>.*?(?::|-)[ ]+(?P<quote>["'])(?:(?!(?P=quote)).)*?){_COMMENT}""")
_BRACKETS: Final = {"[": "]", "{": "}"}
_FLOW = re.compile(rf"(?P<head>[^\"'#]*?){_COMMENT}")
_BARE = re.compile(rf"(?P<head> *(?:- +|(?:- +)?[^\s:#\"'\[{{\-][^:#]*:[ ]+))(?P<value>[^\s\"'\[{{].*?){_COMMENT}")


class Mend(msgspec.Struct, frozen=True):
    """The text with a mistake mended.

    `line` and `column` (from 1) are the place of the mistake, `written` is the line as it is now, and `title` what is done to
    it. `message` says what the mistake is; "" where the parser says it well. `missing`: a colon is missing there. `left` is
    where the parser gives up then; None if the text is YAML.
    """

    text: str
    line: int
    column: int
    written: str
    title: str
    message: str
    missing: bool
    left: Finding | None = None


class _Rule(msgspec.Struct, frozen=True):
    """One kind of mistake: how lines with it are mended. The second line is the one after, for what depends on it."""

    title: str
    message: str
    lines: Callable[[str, str], Iterator[str]]
    missing: bool = False


def mends(text: str, line: int, form: Form = CONFIG_FORM) -> Iterator[Mend]:
    """The mends of a text whose parser gave up in `line`, the likeliest first. Each was read again, and is YAML.

    If none is, as with two mistakes in the text, they are those after which the parser comes further.
    """
    if len(text) > _LONGEST:
        return
    steps: list[Mend] = []
    found = False
    for attempt in _attempts(text, line, form):
        tree = parse_yaml(attempt.text, "", form)
        if tree.root is None:
            steps.append(msgspec.structs.replace(attempt, left=tree.findings[-1]))
        elif tree.root.kind == "map":
            found = True
            yield attempt
    if steps and not found and (was := parse_yaml(text, "", form)).root is None:
        yield from sorted((mend for mend in steps if _is_further(mend, was.findings[-1])), key=_end, reverse=True)


def _attempts(text: str, line: int, form: Form) -> Iterator[Mend]:
    lines = text.split("\n")
    for at in _suspects(lines, line - 1):
        for new, rule in {new: rule for rule, new in _tries(lines, at)}.items():
            changed = "\n".join((*lines[:at], new, *lines[at + 1 :]))
            column = _common(lines[at], new) + 1
            yield Mend(changed, at + 1, column, new.strip(), rule.title, rule.message, rule.missing)
    yield from _without_tabs(text, lines)


def _is_further(mend: Mend, was: Finding) -> bool:
    """Whether the parser gives up for another reason, and neither before the place where it did nor at the line that was mended."""
    return mend.left != was and _end(mend) >= (was.line or 0) and _end(mend) > mend.line


def _end(mend: Mend) -> int:
    return 0 if mend.left is None else mend.left.line or 0


def _suspects(lines: list[str], at: int) -> Iterator[int]:
    """The lines that the mistake may be in: those just before the place, and then those that may run on into it.

    These have a quote that is not closed, or no colon: a section without one takes the list below it for its text.
    """
    near = [number for number in range(min(at, len(lines) - 1), -1, -1) if _has_content(lines[number])][: _BEFORE + 1]
    yield from near
    further = [number for number, line in enumerate(lines[: max(0, at)]) if number not in near and _has_content(line)]
    for pattern in (_OPENED, _ONE_WORD):
        yield from [number for number in further if pattern.fullmatch(lines[number])][-_MOST_FURTHER:]


def _has_content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#") and len(line) <= _LONGEST_LINE


def _tries(lines: list[str], at: int) -> Iterator[tuple[_Rule, str]]:
    after = next((line for line in lines[at + 1 :] if _has_content(line)), "")
    return ((rule, new) for rule in _RULES for new in rule.lines(lines[at], after))


def _common(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _with_colon(line: str, after: str) -> Iterator[str]:
    deeper = _indent(after) >= _indent(line) + (not after.lstrip().startswith("- "))
    if deeper and (match := _ONE_WORD.fullmatch(line)):
        yield f"{match['key']}:{match['tail']}"
    for pattern in _TWO_WORDS:
        if match := pattern.fullmatch(line):
            yield f"{match['key']}: {match['value']}{match['tail']}"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _with_space(line: str, _after: str) -> Iterator[str]:
    if match := _STUCK.match(line):
        yield f"{match[0]} {line[match.end() :]}"


def _closed_quote(line: str, _after: str) -> Iterator[str]:
    if match := _OPENED.fullmatch(line):
        yield f"{match['head'].rstrip()}{match['quote']}{match['tail']}"


def _closed_bracket(line: str, _after: str) -> Iterator[str]:
    match = _FLOW.fullmatch(line)
    opened: list[str] = []
    for character in match["head"] if match else "":
        if character in _BRACKETS:
            opened.append(_BRACKETS[character])
        elif opened and character == opened[-1]:
            opened.pop()
    if match and opened and "${" not in line:
        space = " " if "{ " in match["head"] and opened[-1] == "}" else ""
        yield f"{match['head']}{space}{''.join(reversed(opened))}{match['tail']}"


def _quoted(line: str, _after: str) -> Iterator[str]:
    if (match := _BARE.fullmatch(line)) and "${" not in line and '"' not in match["value"]:
        yield f"{match['head']}{quoted_like(match['value'], chr(34))}{match['tail']}"


def _without_tabs(text: str, lines: list[str]) -> Iterator[Mend]:
    """The text with spaces in place of the tabs at the beginning of its lines, and the line of the mistake."""
    if _TAB.search(text) is None:
        return
    for width in _WIDTHS:
        changed = _TAB.sub(lambda match, width=width: match[0].replace("\t", " " * width), text)  # type: ignore[misc]
        at = next(number for number, line in enumerate(lines) if _TAB.match(line))
        yield Mend(changed, at + 1, 1, changed.split("\n")[at].strip(), "Indent with spaces", _TABS, missing=False)


_TABS: Final = "There is a tab where YAML requires spaces."
_RULES: Final = (
    _Rule("Put a space in", "A space is missing after the colon.", _with_space),
    _Rule("Put it in", "A colon is missing between the key and the value.", _with_colon, missing=True),
    _Rule("Close the quote", "A quote is opened and never closed.", _closed_quote),
    _Rule("Close the bracket", "", _closed_bracket),
    _Rule("Quote it", "", _quoted),
)
