"""Texts without API keys, for what is written to the disk: a config's draft, and the report of a crash."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from abtui.core.config.keys import key_texts
from abtui.core.config.yaml_tree import parse_yaml
from abtui.core.secret import MASK, Secret, hide_all

# Where a config is no YAML: what stands behind the setting's name, unless it is a reference to a variable.
_SETTING = re.compile(
    r"""(?P<name>["']?\bapi[\W_]*?key["']?\s*[:=]\s*(?:[|>][+-]?\s*\n\s*)?)(?!["']?\$\{)(?P<value>"[^"\n]*"?|'[^'\n]*'?|[^\s,}#]+)""",
    re.IGNORECASE,
)
# A header, a setting or a variable whose name says that its value is a secret.
_NAMED = re.compile(
    r"""(?P<name>\b[\w-]*(?:api[-_ ]?key|secret|token|password|passwd|authorization)["']?\s*[:=]\s*(?:Bearer\s+|Basic\s+)?)"""
    r"""(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s,;}\])]+)""",
    re.IGNORECASE,
)
# A run of letters and digits, both of them, that is longer than names are.
_LIKE_A_KEY = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9][\w-]{18,}[A-Za-z0-9](?![\w-])")
# What a reference of the setting falls back to.
_FALLBACK = re.compile(r"""\bapi[\W_]*?key["']?\s*[:=]\s*["']?\$\{[^}:\n]*:?-(?P<value>[^}\n]+)""", re.IGNORECASE)
_SECRET_NAMES: Final = ("KEY", "SECRET", "TOKEN", "PASSWORD", "PASSWD", "CREDENTIAL")
_LEAST: Final = 6


def keys_in(text: str, env: Mapping[str, str]) -> tuple[str, ...]:
    """The API keys of a config's text, and the pieces of one that stand in it; none where it is no YAML."""
    root = parse_yaml(text, "config").root
    return () if root is None else key_texts(root, env)


def without_keys(text: str, env: Mapping[str, str], known: Iterable[str] = ()) -> str:
    """A config's text with the keys that stand in it masked. `known` are keys it had before, in case it is no YAML now."""
    root = parse_yaml(text, "config").root
    found = {*known, *(() if root is None else key_texts(root, env))}
    for key in sorted(found, key=lambda key: (-len(key), key)):
        if len(key) >= _LEAST:
            text = text.replace(key, MASK)
    if root is None:
        text = _SETTING.sub(lambda match: f"{match['name']}{MASK}", text)
    return text


def key_columns(line: str, known: Iterable[Secret]) -> list[tuple[int, int]]:
    """Where in a line of a config a key stands: start and end of each. `known` are the keys of the config so far.

    A key that is being typed is known to nobody: whatever stands behind the setting's name is one.
    """
    found = [
        match.span("value")
        for rule in (_SETTING, _FALLBACK)
        for match in rule.finditer(line)
        if match["value"] not in "|>"
    ]
    for key in (secret.reveal() for secret in known):
        at = line.find(key) if len(key) >= _LEAST else -1
        while at >= 0:
            found.append((at, at + len(key)))
            at = line.find(key, at + len(key))
    return found


def secrets_of(env: Mapping[str, str]) -> list[Secret]:
    """The values of the variables whose names say that they are secret."""
    named = ((name.upper(), value) for name, value in env.items())
    return [
        Secret(value) for name, value in named if len(value) >= _LEAST and any(word in name for word in _SECRET_NAMES)
    ]


def cleaned(text: str, known: Iterable[Secret]) -> str:
    """Any text with the known keys masked whole, and so what looks like one or stands behind a name that says it is."""
    for secret in sorted(known, key=lambda secret: -len(secret.reveal())):
        # Not the last four characters, either: a report is sent to others.
        text = hide_all(text, [secret]).replace(secret.masked, MASK) if len(secret.reveal()) >= _LEAST else text
    text = _NAMED.sub(lambda match: f"{match['name']}{MASK}", text)
    return _LIKE_A_KEY.sub(MASK, text)
