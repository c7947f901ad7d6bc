"""The sentences and places of steps. The code that decides calls these methods where it decides; they decide nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from abtui.core.destinations.actions.fql import Explanation
from abtui.core.destinations.actions.javascript import path_in
from abtui.core.destinations.actions.mapping.telling import Where
from abtui.core.outcomes import Link, Step, StepResult
from abtui.core.text.javascript import ABSENT, stringify
from abtui.core.text.javascript.members import Function
from abtui.core.text.paths import Path, path_text
from abtui.core.text.plain import listed

_MOST_NAMED: Final = 3
Line = Callable[..., int | None]
"""Gives the line of a key path of the config."""


class _Read(msgspec.Struct, frozen=True):
    """A path of the event that was read, or None for a value that is not the event's."""

    where: Where
    path: Path | None
    is_there: bool


class _Field(msgspec.Struct, frozen=True):
    """A field of the payload, or a member of one, with what was read for it."""

    where: Where
    value: Any
    reads: tuple[_Read, ...]


class Steps:
    """Gathers the steps of one mapping, each with the line of the config entry it read."""

    def __init__(self, config: Path, line: Line) -> None:
        self.base: Path | None = ()
        self.made: list[Step] = []
        self._config = config
        self._line = line
        self._reads: list[_Read] = []
        self._fields: dict[Path, _Field] = {}

    def _add(
        self,
        rule: str,
        result: StepResult,
        message: str,
        config: Path,
        *,
        event: Path | None = None,
        payload: Path | None = None,
        value: Any = None,
        links: tuple[Link, ...] | None = None,
    ) -> None:
        line = self._line(*config)
        self.made.append(
            Step(
                rule=rule,
                result=result,
                message=message if line is None else f"{message} (config line {line})",
                config_path=".".join(map(str, config)),
                config_line=line,
                event_path=None if event is None else path_text(event),
                payload_path=None if payload is None else path_text(payload),
                value=value,
                links=(Link(event, payload),) if links is None else links,
            )
        )

    # What the mapping tells

    def read(self, where: Where, payload: Any, keys: tuple[str, ...], value: Any) -> None:
        """Note that a path was read."""
        path = None if self.base is None else (*self.base, *path_in(payload, keys))
        self._reads.append(_Read(where, path, value is not None and value is not ABSENT))

    def chose(self, where: Where, test: str, holds: bool, value: Any) -> None:
        """Add which branch an `@if` took."""
        reads = self._taken(where.config)
        path = next((read.path for read in reads if read.path is not None), None)
        subject = "its value" if path is None else f"`{path_text(path)}`"
        if test == "exists":
            message = f"`@if`: {subject} exists" if holds else f"`@if`: {subject} does not exist, so `else` counts"
        else:
            message = f"`@if`: {subject} is not blank" if holds else f"`@if`: {subject} is blank, so `else` counts"
        links = tuple(Link(read.path) for read in reads if read.path is not None)
        self._add(
            "if",
            "used" if holds else "skipped",
            message,
            (*where.config, "@if"),
            event=path,
            value=_shown(value),
            links=links,
        )

    def resolved(self, where: Where, value: Any) -> None:
        """Note the value of a field, or of a member of one."""
        reads = self._taken(where.config)
        has_members = any(place[:-1] == where.place for place in self._fields)
        if reads or not has_members:
            self._fields[where.place] = _Field(where, value, reads)

    def _taken(self, config: Path) -> tuple[_Read, ...]:
        """The reads for what stands at or below a key path of the config, which are then told."""
        taken: list[_Read] = []
        kept: list[_Read] = []
        for read in self._reads:
            (taken if read.where.config[: len(config)] == config else kept).append(read)
        self._reads = kept
        return tuple(taken)

    # What the actions tell

    def subscribed(self, explanation: Explanation) -> None:
        """Add whether the event is one that the mapping is for."""
        links = tuple(Link(seen.path) for seen in explanation.seen)
        event = links[0].event if links else None
        result: StepResult = "used" if explanation.holds else "stopped"
        self._add(
            "subscribe",
            result,
            explanation.message,
            (*self._config, "subscribe"),
            event=event,
            value=explanation.wanted or None,
            links=links,
        )

    def stopped(self, rule: str, message: str, *keys: str) -> None:
        """Add what was resolved so far, and why the mapping goes no further: because of one of its keys, or the settings."""
        for field in self._fields.values():
            self._tell(field, None)
        self._add(rule, "stopped", message, keys if keys == ("settings",) else (*self._config, *keys))

    def wrote(self, name: str, payload: Path) -> None:
        """Add a field that is written into the body, with its members."""
        for place in [place for place in self._fields if place[0] == name]:
            self._tell(self._fields.pop(place), (*payload, *place[1:]))

    def unit(self, kind: str, value: Any, index: int | None) -> None:
        """Add one unit; `index` is its place in the body, None if it is left out."""
        field = self._fields.pop(("units", kind), None) or self._fields.get(("units",))
        if field is None:
            return
        payload = None if index is None else ("units", index)
        links = []
        for read in field.reads:
            path = (*read.path, kind) if read.path is not None and field.where.place == ("units",) else read.path
            links.append(Link(path, None if payload is None else (*payload, "uid")))
        if payload is not None:
            links.append(Link(None, (*payload, "type")))
        message = f"units.{kind} <- {_sources(field, kind)}"
        if payload is None:
            message += ": only filled texts and numbers count, so it is left out"
        event = links[0].event if field.reads else None
        self._add(
            "unit",
            "skipped" if payload is None else "used",
            message,
            field.where.config,
            event=event,
            payload=payload,
            value=_shown(value),
            links=tuple(links),
        )

    def units_done(self, *, any_left: bool) -> None:
        """Add the units that the mapping leaves out, and whether there is none at all."""
        for place in [place for place in self._fields if place[0] == "units"]:
            self._tell(self._fields.pop(place), None)
        if not any_left:
            message = "no unit, and it is sent all the same"
            self._add("units", "used", message, (*self._config, "mapping", "units"), payload=("units",), value=[])

    def date(self, event: dict[str, Any], parsed: int | float | None, *payloads: Path) -> None:
        """Add the date of the body, with all places that have it: milliseconds, or None for null."""
        if parsed is None:
            why = (
                "missing"
                if "timestamp" not in event
                else "null"
                if event["timestamp"] is None
                else "no date to JavaScript"
            )
            message = f"`{payloads[-1][-1]}` is null: `$.timestamp` is {why}"
        else:
            message = f"`{payloads[-1][-1]}` = {stringify(parsed).decode()} <- `$.timestamp`"
        links = tuple(Link(("timestamp",), payload) for payload in payloads)
        self._add(
            "date", "used", message, self._config, event=("timestamp",), payload=payloads[-1], value=parsed, links=links
        )

    def shifted(self, offset: int | float | None) -> None:
        """Add by how much the times inside an exposure are moved."""
        message = (
            "the times in the exposure are null: there is no offset"
            if offset is None
            else f"the times in the exposure are moved by {stringify(offset).decode()} ms"
        )
        self._add("offset", "used", message, (*self._config, "mapping", "exposure"), value=offset, links=())

    def header(self, name: str, header: str, value: str) -> None:
        """Add a field that becomes a header."""
        field = self._fields.pop((name,), None)
        if field is not None:
            links = tuple(Link(read.path) for read in field.reads)
            event = next((read.path for read in field.reads if read.path is not None), None)
            message = f"`{header}` = {value} <- {_sources(field)}"
            self._add(
                "header", "used", message, field.where.config, event=event, value=_shown(field.value), links=links
            )

    def _tell(self, field: _Field, payload: Path | None) -> None:
        """Add a field as it was resolved, and where in the body it is, if anywhere."""
        name, given = ".".join(map(str, field.where.place)), field.value is not ABSENT
        if given:
            message = f"{name} <- {_sources(field)}"
        else:
            message = f"{name}: {_sources(field)} gives nothing, so it is left out"
        below = len(field.where.place)
        links = tuple(
            Link(
                read.path,
                None if payload is None else (*payload, *read.where.place[below:]),
                verbatim=read.where.exact and read.is_there,
            )
            for read in field.reads
        )
        event = next((read.path for read in field.reads if read.path is not None), None)
        self._add(
            "field",
            "used" if given else "skipped",
            message,
            field.where.config,
            event=event,
            payload=payload if given else None,
            value=_shown(field.value),
            links=links or (Link(None, payload),),
        )


def _sources(field: _Field, member: str | None = None) -> str:
    """Where a field's value is from, in words."""
    paths = list(dict.fromkeys(f"`{path_text(read.path)}`" for read in field.reads if read.path is not None))
    if member is not None and field.where.place == ("units",):
        paths = [f"`{member}` of {path}" for path in paths]
    kinds = dict.fromkeys(
        step
        for read in field.reads
        for step in read.where.config[len(field.where.config) :]
        if str(step).startswith("@") and step != "@if"
    )
    through = "".join(f" through `{kind}`" for kind in list(kinds)[:1])
    return f"{listed(paths, _MOST_NAMED)}{through}" if paths else "the mapping's own value"


def _shown(value: Any) -> Any:
    """A value as a step may hold it."""
    return None if value is ABSENT or isinstance(value, Function) else value
