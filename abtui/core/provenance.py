"""Where each field of a payload comes from, and what each field of the event is used for, according to the steps of the mapping.

Nothing is guessed: a destination records each place it reads and writes (`outcomes.Link`) when it takes the decision.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final, Literal

import msgspec

from abtui.core.outcomes import Link, Part, Step
from abtui.core.segment import READ_FIRST
from abtui.core.text.paths import Path, path_text
from abtui.core.text.plain import listed
from abtui.core.text.secret import Secret, excerpt

Use = Literal["feeds", "decides", "nothing"]
"""What an event's field is used for: part of it is in the payload, it was read for a decision, or neither."""

LONGEST_SENTENCE: Final = 200
_MOST_LISTED: Final = 3


class Origin(msgspec.Struct, frozen=True):
    """One source of a payload's field: a field of the event (or its `key`), an entry of the config, or both.

    `payload` is the field it made. Without `event` and `config` the value is a fixed one of the destination.
    """

    payload: Path
    event: Path | None
    config: str | None
    line: int | None
    key: bool = False


class Provenance:
    """The links of one outcome, which can be looked up from either end. It is immutable. No sentence about them quotes `secrets`."""

    def __init__(self, outcome: Part, secrets: Collection[Secret] = ()) -> None:
        self.secrets = secrets
        self.sent = outcome.request is not None
        self._links: list[tuple[Link, Step]] = [(link, step) for step in outcome.steps for link in step.links]
        self._read_whole: set[Path] = {(READ_FIRST,)}
        """The fields of the event that were read with everything in them."""
        self._read: set[Path] = {(), (READ_FIRST,)}
        """All fields that were read, and the fields around them."""
        for link, _ in self._links:
            if link.event is not None:
                self._read.update(link.event[: depth + 1] for depth in range(len(link.event)))
                if not link.shape:
                    self._read_whole.add(link.event)

    def origins(self, payload: Path) -> list[Origin]:
        """The sources of the field at a path of the payload; for an object or a list, of everything in it."""
        origins = self._touching(payload, of_payload=True)
        return [origin for origin in origins if origin.event is not None or origin.config is not None]

    def feeds(self, event: Path) -> list[Origin]:
        """The payload fields that contain the event's field at a path, or part of it."""
        return list(self._touching(event, of_payload=False))

    def of_line(self, line: int) -> list[Origin]:
        """The payload fields made by the config's entry on a line (from 1)."""
        if not self.sent:
            return []
        return [
            _origin(link, step, link.payload, link.event)
            for link, step in self._links
            if step.config_line == line and link.payload is not None
        ]

    def use(self, event: Path) -> Use:
        """What the event's field at a path is used for."""
        if self.feeds(event):
            return "feeds"
        around = (event[:depth] for depth in range(len(event)))
        decides = event in self._read or any(path in self._read_whole for path in around)
        return "decides" if decides else "nothing"

    def unused(self, event: Any) -> list[Path]:
        """The fields of the event that are used for nothing, each with everything in it, in the order of the text.

        Changing such a field changes neither the decision nor the payload.
        """
        found: list[Path] = []
        stack: list[tuple[Path, Any]] = [((), event)]
        while stack:
            path, value = stack.pop()
            children = [((*path, step), child) for step, child in _members(value)]
            found += [child for child, _ in children if child not in self._read]
            partly_read = (item for item in children if item[0] in self._read and item[0] not in self._read_whole)
            stack.extend(reversed(list(partly_read)))
        return found

    def _touching(self, asked: Path, *, of_payload: bool) -> Iterator[Origin]:
        """The links that touch a place of the payload, or else of the event: those of that place, of one in it or around it."""
        for link, step in self._links if self.sent else ():
            place = link.payload if of_payload else link.event
            if link.payload is None or place is None:
                continue
            if place == asked[: len(place)]:
                # The place is in what the link is about. Of a shape, only the thing itself is linked.
                if link.shape and asked != place:
                    continue
                rest = asked[len(place) :] if link.verbatim else ()
                yield _origin(link, step, link.payload + rest, None if link.event is None else link.event + rest)
            elif asked == place[: len(asked)]:
                yield _origin(link, step, link.payload, link.event)


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
        f"the key of {path_text(origin.event)}" if origin.key else path_text(origin.event)
        for origin in origins
        if origin.event is not None
    ]
    return _sentence(path_text(payload), "←", events, origins, room, provenance.secrets)


def event_sentence(event: Path, provenance: Provenance, room: int = LONGEST_SENTENCE) -> str:
    """One line: `$.userId → $.units[0].uid · settings entry (config line 12)`, or how else the field is used."""
    fed = provenance.feeds(event)
    if fed:
        return _sentence(
            path_text(event), "→", [path_text(origin.payload) for origin in fed], fed, room, provenance.secrets
        )
    if provenance.use(event) == "decides":
        return excerpt(f"{path_text(event)} decides; nothing of it is sent", room, provenance.secrets)
    return excerpt(f"{path_text(event)} feeds nothing", room, provenance.secrets)


def line_sentence(line: int, provenance: Provenance, room: int = LONGEST_SENTENCE) -> str:
    """One line about a line of the config: `config line 12 → $.units[0].type, $.units[0].uid`; "" if it made nothing."""
    made = [path_text(origin.payload) for origin in provenance.of_line(line)]
    return _sentence(f"config line {line}", "→", made, [], room, provenance.secrets) if made else ""


def _sentence(
    subject: str, arrow: str, paths: list[str], origins: list[Origin], room: int, secrets: Collection[Secret]
) -> str:
    """The longest form that fits: with the config's entries, with only their lines, without the `$.` of paths, without the subject."""
    entries = [origin for origin in origins if origin.config is not None]
    lines = [f"line {origin.line}" for origin in entries if origin.line is not None]
    whole = " · ".join(part for part in (_each(paths), _each([_entry(origin) for origin in entries])) if part)
    short = " · ".join(part for part in (_each(paths), f"config {_each(lines)}" if lines else "") if part)
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


def _each(texts: list[str]) -> str:
    """The first few of some texts, each once."""
    return listed(list(dict.fromkeys(texts)), _MOST_LISTED)
