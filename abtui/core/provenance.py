"""Where each field of a payload comes from, and what each field of the event is good for: read off the steps of the mapping.

Nothing is guessed: a destination tells each place it reads and writes (`outcomes.Link`) where it takes the decision.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final, Literal

import msgspec

from abtui.core.outcomes import Link, Outcome, Step
from abtui.core.segment import READ_FIRST
from abtui.core.text.paths import Path, path_text
from abtui.core.text.secret import Secret, excerpt

Use = Literal["feeds", "decides", "nothing"]
"""What an event's field is good for: the payload has something of it, it was read to decide something, or neither."""

LONGEST_SENTENCE: Final = 200
_TOLD: Final = 3


class Origin(msgspec.Struct, frozen=True):
    """One thing that made a field of the payload: a field of the event (or its `key`), an entry of the config, or both.

    `payload` is the field it made. Without `event` and `config` the text is a fixed one of the destination.
    """

    payload: Path
    event: Path | None
    config: str | None
    line: int | None
    key: bool = False


class Provenance:
    """The links of one outcome, to be asked from either end. Never changed after it is made. No sentence about them quotes `secrets`."""

    def __init__(self, outcome: Outcome, secrets: Collection[Secret] = ()) -> None:
        self.secrets = secrets
        self.sent = outcome.request is not None
        self._links: list[tuple[Link, Step]] = [(link, step) for step in outcome.steps for link in step.links]
        self._read: _Node = _Node()
        self._read.at((READ_FIRST,)).whole = True
        for link, _ in self._links:
            if link.event is not None:
                node = self._read.at(link.event)
                node.whole = node.whole or not link.shape

    def origins(self, payload: Path) -> list[Origin]:
        """What made the field at a path of the payload; for an object or a list, what made all that is in it."""
        return [origin for origin in self._all(payload, None) if origin.event is not None or origin.config is not None]

    def feeds(self, event: Path) -> list[Origin]:
        """The fields of the payload that have something of the event's field at a path, or of what is in it."""
        return list(self._all(None, event))

    def of_line(self, line: int) -> list[Origin]:
        """The fields of the payload that the config's entry on a line (from 1) made."""
        if not self.sent:
            return []
        return [
            _origin(link, step, link.payload, link.event)
            for link, step in self._links
            if step.config_line == line and link.payload is not None
        ]

    def use(self, event: Path) -> Use:
        """What the event's field at a path is good for."""
        if self.feeds(event):
            return "feeds"
        return "decides" if self._read.reads(event) else "nothing"

    def unused(self, event: Any) -> list[Path]:
        """The fields of the event that are good for nothing, each with all that is in it, in the order of the text.

        Changing such a field changes neither the decision nor the payload.
        """
        found: list[Path] = []
        stack: list[tuple[Path, Any, _Node]] = [((), event, self._read)]
        while stack:
            path, value, node = stack.pop()
            children: list[tuple[Path, Any, _Node]] = []
            for step, child in _members(value):
                inner = node.children.get(step)
                if inner is None:
                    found.append((*path, step))
                elif not inner.whole:
                    children.append(((*path, step), child, inner))
            stack.extend(reversed(children))
        return found

    def _all(self, payload: Path | None, event: Path | None) -> Iterator[Origin]:
        """The links that touch a place of the payload, or of the event, as far as both are in it."""
        if not self.sent:
            return
        for link, step in self._links:
            if link.payload is None:
                continue
            mine, asked = (link.payload, payload) if payload is not None else (link.event, event)
            if mine is None or asked is None:
                continue
            if mine == asked[: len(mine)]:
                # Asked about something within what the link is about.
                if link.shape and asked != mine:
                    continue
                rest = asked[len(mine) :] if link.verbatim else ()
                yield _origin(link, step, link.payload + rest, None if link.event is None else link.event + rest)
            elif asked == mine[: len(asked)]:
                yield _origin(link, step, link.payload, link.event)


class _Node:
    """A place of the event that was read: with everything in it (`whole`), or for what stands at it and at `children`."""

    __slots__ = ("children", "whole")

    def __init__(self) -> None:
        self.children: dict[str | int, _Node] = {}
        self.whole = False

    def at(self, path: Path) -> _Node:
        node = self
        for step in path:
            node = node.children.setdefault(step, _Node())
        return node

    def reads(self, path: Path) -> bool:
        """Whether something at, in or around a place was read so that the place mattered."""
        node = self
        for step in path:
            if node.whole:
                return True
            inner = node.children.get(step)
            if inner is None:
                return False
            node = inner
        return True


def _origin(link: Link, step: Step, payload: Path, event: Path | None) -> Origin:
    return Origin(payload, event, step.config_path, step.config_line, link.key)


def _members(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


# In words


def payload_sentence(payload: Path, provenance: Provenance, room: int = LONGEST_SENTENCE) -> str:
    """One line: `$.units[0].uid ← $.userId · settings entry (config line 12)`, shorter if there is little room."""
    origins = provenance.origins(payload)
    events = [
        f"the key of {path_text(one.event)}" if one.key else path_text(one.event)
        for one in origins
        if one.event is not None
    ]
    return _sentence(path_text(payload), "←", events, origins, room, provenance.secrets)


def event_sentence(event: Path, provenance: Provenance, room: int = LONGEST_SENTENCE) -> str:
    """One line: `$.userId → $.units[0].uid · settings entry (config line 12)`, or how else the field is used."""
    fed = provenance.feeds(event)
    if fed:
        return _sentence(path_text(event), "→", [path_text(one.payload) for one in fed], fed, room, provenance.secrets)
    if provenance.use(event) == "decides":
        return excerpt(f"{path_text(event)} decides; nothing of it is sent", room, provenance.secrets)
    return excerpt(f"{path_text(event)} feeds nothing", room, provenance.secrets)


def line_sentence(line: int, provenance: Provenance, room: int = LONGEST_SENTENCE) -> str:
    """One line about a line of the config: `config line 12 → $.units[0].type, $.units[0].uid`; "" where it made nothing."""
    made = [path_text(one.payload) for one in provenance.of_line(line)]
    return _sentence(f"config line {line}", "→", made, [], room, provenance.secrets) if made else ""


def _sentence(
    subject: str, arrow: str, paths: list[str], origins: list[Origin], room: int, secrets: Collection[Secret]
) -> str:
    """The longest form that fits: with the config's entries, with their lines alone, without the `$.` of paths, without the subject."""
    entries = [one for one in origins if one.config is not None]
    lines = [f"line {one.line}" for one in entries if one.line is not None]
    whole = " · ".join(part for part in (_listed(paths), _listed([_entry(one) for one in entries])) if part)
    short = " · ".join(part for part in (_listed(paths), f"config {_listed(lines)}" if lines else "") if part)
    said = f"{subject} {arrow} {whole}"
    if len(said) > room:
        said = f"{subject} {arrow} {short or whole}"
    if len(said) > room:
        said = said.replace("$.", "")
    if len(said) > room:
        said = f"{arrow} {short or whole}".replace("$.", "")
    return excerpt(said, room, secrets)


def _entry(origin: Origin) -> str:
    name = (origin.config or "").removeprefix("settings.")
    return name if origin.line is None else f"{name} (config line {origin.line})"


def _listed(texts: list[str]) -> str:
    """Texts with commas between, each once, the first few of many."""
    once = list(dict.fromkeys(texts))
    more = f" and {len(once) - _TOLD} more" if len(once) > _TOLD else ""
    return ", ".join(once[:_TOLD]) + more
