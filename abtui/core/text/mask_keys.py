"""Texts without API keys, for what is written to the disk: a config's draft, and the report of a crash."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Final

from abtui.core.config.exports.tree import config_tree
from abtui.core.config.keys import key_texts
from abtui.core.text.secret import MASK, Secret, hide_all

# The setting's name, and all that follows in its line but a comment. Where a text is not YAML, nobody can say where the value ends.
_SETTING = re.compile(
    r"""["']?\bapi[\W_]*?key\\?["']?[ \t]*[:=][ \t]*(?P<value>["'][^\n]*|(?:(?!\s\#)[^\n])*)""", re.IGNORECASE
)
# A value that is a reference to a variable; what follows it may be the rest of a map in one line.
_REFERENCE = re.compile(r"""["']?\$\{[^}\n]*\}["']?(?=\s*(?:[,}\]\#]|$))""")
# A header, a setting or a variable with the name of a secret.
_NAMED = re.compile(
    r"""(?P<name>\b[\w-]*(?:api[-_ ]?key|secret|token|password|passwd|authorization)["']?\s*[:=]\s*(?:Bearer\s+|Basic\s+)?)"""
    r"""(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s,;}\])]+)""",
    re.IGNORECASE,
)
# A run of letters and digits, with both in it, that is longer than a name.
_LIKE_A_KEY = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9][\w-]{18,}[A-Za-z0-9](?![\w-])")
# The mask in place of a config's key, alone or as the default of a reference.
_MASKED = re.compile(
    r"""\bapi[\W_]*?key["']?\s*[:=]\s*(?:[|>][+-]?\s*\n\s*)?["']?(?:\$\{[^}\n]*)?\*{4}""", re.IGNORECASE
)
# The default of a reference.
_FALLBACK = re.compile(r"""\bapi[\W_]*?key["']?\s*[:=]\s*["']?\$\{[^}:\n]*:?-(?P<value>[^}\n]+)""", re.IGNORECASE)
_SECRET_NAMES: Final = ("KEY", "SECRET", "TOKEN", "PASSWORD", "PASSWD", "CREDENTIAL")
_LEAST: Final = 6


def keys_in(text: str, env: Mapping[str, str]) -> tuple[str, ...]:
    """The API keys in a config's text, whole or in pieces; none if the text is not YAML."""
    root = config_tree(text, "config").root
    return () if root is None else key_texts(root, env)


def without_keys(text: str, env: Mapping[str, str], known: Iterable[str] = ()) -> str:
    """A config's text with its keys masked. `known` are keys from an earlier version, in case the text is not YAML now."""
    root = config_tree(text, "config").root
    found = {*known, *(() if root is None else key_texts(root, env))}
    for key in sorted(found, key=lambda key: (-len(key), key)):
        if len(key) >= _LEAST:
            text = text.replace(key, MASK)
    for start, end in reversed(_written_keys(text, comments=root is not None)):
        text = f"{text[:start]}{MASK}{text[end:]}"
    return text


def _written_keys(text: str, *, comments: bool = False) -> list[tuple[int, int]]:
    """The places of what may be a key behind the setting's name, with its further lines; with `comments`, only in comments.

    Further lines are those that are indented more than the name, as they are in every form of a YAML value.
    """
    found: list[tuple[int, int]] = []
    for match in _SETTING.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if match.start() < (found[-1][1] if found else 0) or (comments and "#" not in line):
            continue
        value = match["value"].strip()
        end = match.end() if comments else _end_of_value(text, match.end(), len(line) - len(line.lstrip()))
        more = text[match.end() : end].strip()
        if _REFERENCE.match(value) and not more:
            default = _FALLBACK.match(text, match.start())
            found += [default.span("value")] if default is not None else []
        elif (value or more) and value.strip("\"'") != MASK:
            found.append((match.start("value"), end))
    return found


def _end_of_value(text: str, at: int, indentation: int) -> int:
    """The end of the lines after `at` that are indented by more than the name is."""
    end = at
    while end < len(text):
        after = text.find("\n", end + 1)
        line = text[end + 1 : len(text) if after < 0 else after]
        if line.strip() and len(line) - len(line.lstrip()) <= indentation:
            break
        end = len(text) if after < 0 else after
    return at + len(text[at:end].rstrip())


def further_rows(text: str) -> frozenset[int]:
    """The rows (from 0) of a config on which a value goes on that may be a key."""
    rows: set[int] = set()
    for start, end in _written_keys(text):
        first = text.count("\n", 0, start)
        rows.update(range(first + 1, first + 1 + text.count("\n", start, end)))
    return frozenset(rows)


def lacks_key(text: str) -> bool:
    """Whether a config's text has the mask in place of its key."""
    return _MASKED.search(text) is not None


def with_keys(text: str, file_text: str, env: Mapping[str, str]) -> str:
    """A text made by `without_keys`, with the keys that its file still has put back.

    Lines that are still there have their keys again if all of the file's are there, in order. Otherwise a key is put back only
    where the file has no other: the mask stays rather than a key of another target.
    """
    there, masked, lines = file_text.split("\n"), without_keys(file_text, env).split("\n"), text.split("\n")
    if len(there) == len(masked):
        found = {
            place + step: at + step
            for at, place, size in SequenceMatcher(None, masked, lines, autojunk=False).get_matching_blocks()
            for step in range(size)
            if MASK in lines[place + step]
        }
        had = {at for at, line in enumerate(masked) if line != there[at]}
        if had <= set(found.values()) and len(found) == sum(MASK in line for line in lines):
            return "\n".join(there[found[at]] if at in found else line for at, line in enumerate(lines))
    keys = {key for key in keys_in(file_text, env) if len(key) >= _LEAST and key in file_text}
    if len(keys) != 1:
        return text
    (key,) = keys
    return _MASKED.sub(lambda match: match[0].removesuffix(MASK) + key, text)


def key_columns(line: str, known: Iterable[Secret]) -> list[tuple[int, int]]:
    """The positions of keys in a line of a config: the start and end of each. `known` are the keys of the config so far.

    A key that is being typed is not known yet, so everything after the setting's name counts as one.
    """
    found = [
        match.span("value")
        for rule in (_SETTING, _FALLBACK)
        for match in rule.finditer(line)
        if match["value"].strip() not in ("", "|", ">") and not _REFERENCE.match(match["value"].strip())
    ]
    for key in (secret.reveal() for secret in known):
        at = line.find(key) if len(key) >= _LEAST else -1
        while at >= 0:
            found.append((at, at + len(key)))
            at = line.find(key, at + len(key))
    return found


def secrets_of(env: Mapping[str, str]) -> list[Secret]:
    """The values of the variables that have names of secrets."""
    named = ((name.upper(), value) for name, value in env.items())
    return [
        Secret(value) for name, value in named if len(value) >= _LEAST and any(word in name for word in _SECRET_NAMES)
    ]


def cleaned(text: str, known: Iterable[Secret]) -> str:
    """`text` with the known keys masked, and anything that looks like a key or follows a name such as `apiKey`."""
    for secret in sorted(known, key=lambda secret: -len(secret.reveal())):
        # Without the last four characters, because a report is sent to others.
        text = hide_all(text, [secret]).replace(secret.masked, MASK) if len(secret.reveal()) >= _LEAST else text
    text = _NAMED.sub(lambda match: f"{match['name']}{MASK}", text)
    return _LIKE_A_KEY.sub(MASK, text)
