"""Requests copied from a browser or written by hand: cURL of a shell, of Windows' command line and of PowerShell, and fetch."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Final

from abtui.core.events.chunks import take, take_line
from abtui.core.events.cursor import Chunk, Cursor
from abtui.core.events.envelopes import read_posted
from abtui.core.events.found import Posted
from abtui.core.events.lines import Part
from abtui.core.events.literals import read_literal, skip_space
from abtui.core.events.model import Item
from abtui.core.events.reading import Reading
from abtui.core.events.scalars import NotLiteral
from abtui.core.text.json_text import Issue

COMMAND_START: Final = re.compile(
    r"(?:[$%>#][ \t]+)?(?:(?:curl|wget)(?:\.exe)?|Invoke-(?:WebRequest|RestMethod)|iwr|irm)[ \t]+(?=\S)"
)
FETCH_START: Final = re.compile(
    r"(?:(?:(?:const|let|var)[ \t]+)?[\w$]+[ \t]*=[ \t]*)?(?:(?:await|return|void)[ \t]+)?(?:(?:window|globalThis|self)\.)?"
    r"(?:fetch|navigator\.sendBeacon|(?:axios|requests|httpx|got|ky|\$|session|client)\.post)\("
)
HTTP_START: Final = re.compile(
    r"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)[ \t]+(\S*/\S*)(?:[ \t]+HTTP/[\d.]+)?[ \t]*\Z"
)
_HEADER = re.compile(r"[\w-]+:(?:[ \t].*)?\Z|[ \t]*\Z")
_FOLLOWS = re.compile(r"[\w-]+:[ \t]|[ \t]*(?:\Z|[\[{])")
_HERE = re.compile(r"<<-?[ \t]*['\"]?(\w+)['\"]?")
_MOST: Final = 4 << 20
"""Characters of a command."""
_NAME: Final = 12
"""Characters in which a command says its name."""
_DATA: Final = ("-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json", "--body-data", "--post-data")
_OTHERS: Final = frozenset(
    [
        "-H",
        "--header",
        "-e",
        "--referer",
        "-A",
        "--user-agent",
        "-b",
        "--cookie",
        "-u",
        "--user",
        "-o",
        "--output",
        "-x",
        "--proxy",
        "-X",
        "--request",
        "-m",
        "-w",
    ]
)
"""Other options of curl that take a value, which may look like a URL."""
_QUOTE_ENDS: Final = {
    "": re.compile(r"(?:[^\\'\"$]|\\.|\$(?!'))*+(\$'|['\"])", re.DOTALL),
    "'": re.compile(r"[^']*+(')"),
    '"': re.compile(r"(?:[^\"\\]|\\.)*+(\")", re.DOTALL),
    "$'": re.compile(r"(?:[^'\\]|\\.)*+(')", re.DOTALL),
}
"""By the quote that is open, or none, the text up to the next one."""
_PART = re.compile(
    r"(?P<space>\s+|\\\n)|'(?P<single>[^']*)'|\$'(?P<ansi>(?:[^'\\]|\\.)*)'|\"(?P<double>(?:[^\"\\]|\\.)*)\"|\\(?P<one>.)|(?P<plain>[^\s'\"\\$]+|.)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|(.))", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b"}
_CARET = re.compile(r"\^(?:\n|(.))", re.DOTALL)
_WINDOWS_WORD = re.compile(r'"((?:\\.|[^"\\])*+)"|([^\s"]+)', re.DOTALL)
_DOUBLED_WORD = re.compile(r'"((?:""|[^"])*+)"|([^\s"]+)')
_BEFORE_QUOTE = re.compile(r'\\([\\"])')
_POWERSHELL_URL = re.compile(r"(?i)-Uri[ \t]+[\"']?([^\"'\s`]+)")
_POWERSHELL_BODY = re.compile(r"(?is)-Body[ \t]+(?:\([^\"']*)?(?:\"((?:`.|\"\"|[^\"`])*)\"|'((?:''|[^'])*)')")
_BODY = re.compile(r"""["']?\b(?:body|json|data)["']?\s*[:=]\s*""")
_SECOND = re.compile(r",\s*(?=\{)")


def read_command(reading: Reading, cursor: Cursor) -> Iterator[Item]:
    """The events that a command posts."""
    text, lines, given = _command(reading, cursor)
    chunk = take_line(cursor, more=lines - 1)
    if not _has_words(text):
        url, bodies = _of_powershell(text)
    else:
        url, bodies = _of_curl(_windows_words(text) if _is_windows(text) else _words(text))
    bodies = [given if body == "@-" and given is not None else body for body in bodies]
    if any(body.startswith("@") for body in bodies):
        issue = Issue("CODE-UNREADABLE", "The body of this request is in a file.", "Pass that file.", 0)
        return iter([reading.no_event(chunk, [issue], cursor)])
    return read_posted(reading, chunk, bodies, Posted(path=url), cursor)


def read_http(reading: Reading, cursor: Cursor) -> Iterator[Item] | None:
    """The events in a request as it goes over the wire, or as editors have it in a file: a line, headers, and the body.

    None for such a line alone, as in a log of a server.
    """
    following = cursor.lines.line(cursor.following)
    if following is None or not _FOLLOWS.match(cursor.lines.decode(following)[0]):
        return None
    found = HTTP_START.match(cursor.text, cursor.at)
    url, body = found[1] if found else "", ""
    chunk = Chunk(cursor.text[cursor.at :], cursor.line, cursor.column(cursor.at))
    cursor.at = len(cursor.text)
    while not cursor.goes_on and (raw := cursor.lines.line(cursor.following)) is not None:
        text = cursor.lines.decode(raw)[0]
        if text.lstrip()[:1] in ("{", "["):
            cursor.next_line()
            cursor.at = len(text) - len(text.lstrip())
            body = take(cursor).text
        elif _HEADER.match(text):
            cursor.next_line()
            cursor.at = len(text)
            continue
        break
    return read_posted(reading, chunk, [body], Posted(path=url), cursor)


def read_fetch(reading: Reading, cursor: Cursor) -> Iterator[Item]:
    """The events that a call of fetch or sendBeacon posts."""
    chunk = take(cursor, code=True)
    text = chunk.text
    at = skip_space(text, text.index("(") + 1)
    url, bodies = None, []
    try:
        url, at = read_literal(text, at)
        # An object behind the URL is the body itself, but that of fetch has its options.
        body = None if ".post(" not in text[:at] else _SECOND.match(text, at)
        body = body or _BODY.search(text, at)
        at = body.end() if body else skip_space(text, at) + 1
        value, _ = read_literal(text, at)
        bodies = [value]
    except NotLiteral:
        pass
    return read_posted(reading, chunk, bodies, Posted(path=url if isinstance(url, str) else None), cursor)


def _command(reading: Reading, cursor: Cursor) -> tuple[str, int, str | None]:
    """The command at the cursor with its further lines, how many lines it has, and its input if that is written below it.

    A line goes on behind a mark or inside quotes.
    """
    texts = [cursor.text[cursor.at :]]
    following = _ahead(cursor, _MOST - len(texts[0]))
    is_alone = cursor.line <= reading.declined.get("command", 0)
    is_windows = is_alone or _is_windows(texts[0]) or not _has_words(texts[0])
    quote = "" if is_windows else _quote_after(texts[0], "")
    in_table = False
    while True:
        # Headers of PowerShell are a table over several lines.
        in_table = texts[-1].rfind("@{") > texts[-1].rfind("}") or (in_table and "}" not in texts[-1])
        if is_alone or not (quote or in_table or texts[-1].rstrip().endswith(("\\", "^", "`"))):
            break
        if cursor.goes_on or (line := next(following, None)) is None:
            break
        texts.append(line)
        quote = "" if is_windows else _quote_after(texts[-1], quote)
    if quote or (in_table and not is_alone):
        # What is never closed must not take the rest of the text.
        reading.declined["command"] = cursor.line + len(texts) - 1
        del texts[1:]
    text, count = "".join(texts), len(texts)
    here = None if quote else _HERE.search(texts[-1])
    if here is None or cursor.line <= reading.declined.get("here", 0):
        return text, count, None
    rest: list[str] = []
    for line in following:
        rest.append(line)
        if line.strip() == here[1]:
            return text, count + len(rest), "".join(rest[:-1])
    reading.declined["here"] = cursor.line + count + len(rest)
    return text, count, None


def _ahead(cursor: Cursor, most: int) -> Iterator[str]:
    """The lines after the cursor's, which stays, each with the line end before it; a very long one in parts."""
    offset, size, goes_on = cursor.following, 0, cursor.goes_on
    while size < most and (raw := cursor.lines.line(offset, inside=goes_on)) is not None:
        yield ("" if goes_on else "\n") + cursor.lines.decode(raw)[0]
        goes_on = isinstance(raw, Part) and raw.more
        offset += len(raw) + (not goes_on)
        size += len(raw)


def _has_words(text: str) -> bool:
    """Whether a command is one of words, and not of PowerShell."""
    return "curl" in text[:_NAME] or "wget" in text[:_NAME]


def _quote_after(line: str, quote: str) -> str:
    """The quote that is open at the end of a line."""
    at = 0
    while (found := _QUOTE_ENDS[quote].match(line, at)) is not None:
        quote, at = "" if quote else found[1], found.end()
    return quote


def _is_windows(text: str) -> bool:
    return '^"' in text or text.rstrip().endswith("^") or '{""' in text or " ^\n" in text


def _words(text: str) -> Iterator[str]:
    """The words of a command for a shell such as bash."""
    word: list[str] = []
    for part in _PART.finditer(text):
        kind, value = part.lastgroup, part[part.lastgroup or 0]
        if kind == "space":
            if word and value != "\\\n":
                yield "".join(word)
                word = []
        elif kind == "ansi":
            word.append(_ESCAPE.sub(_character, value))
        elif kind == "double":
            word.append(re.sub(r"\\([\"\\$`\n])", lambda found: found[1].strip("\n"), value))
        else:
            word.append(value)
    if word:
        yield "".join(word)


def _character(escape: re.Match[str]) -> str:
    for group, base in ((1, 16), (2, 16), (3, 16), (4, 8)):
        if escape[group]:
            code = int(escape[group], base)
            return chr(code) if code <= sys.maxunicode else "\ufffd"
    return _ESCAPED.get(escape[5], escape[5])


def _windows_words(text: str) -> Iterator[str]:
    """The words of a command for Windows' command line, where a caret or a backslash stands before a quote, or it is doubled."""
    plain = _CARET.sub(lambda found: found[1] or "", text)
    is_doubled = '{""' in plain
    for word in (_DOUBLED_WORD if is_doubled else _WINDOWS_WORD).finditer(plain):
        if word[1] is None:
            yield word[2]
        else:
            yield word[1].replace('""', '"') if is_doubled else _BEFORE_QUOTE.sub(r"\1", word[1])


def _of_curl(words: Iterator[str]) -> tuple[str | None, list[str]]:
    """The URL and the bodies of a command's words."""
    url, bodies = None, []
    for word in words:
        name, equals, value = word.partition("=")
        if word in _DATA:
            bodies.append(next(words, ""))
        elif word in _OTHERS:
            next(words, "")
        elif equals and name in _DATA:
            bodies.append(value)
        elif word.startswith("-d") and len(word) > 2:
            bodies.append(word[2:])
        elif word in ("|", ";", "&&", ">"):
            break
        elif url is None and not word.startswith("-") and ("://" in word or "/v1/" in word):
            url = word
    return url, bodies


def _of_powershell(text: str) -> tuple[str | None, list[str]]:
    url, body = _POWERSHELL_URL.search(text), _POWERSHELL_BODY.search(text)
    if body is None:
        return None, []
    value = (
        body[2].replace("''", "'") if body[1] is None else re.sub(r"`(.)|\"\"", lambda found: found[1] or '"', body[1])
    )
    return url[1] if url else None, [value]
