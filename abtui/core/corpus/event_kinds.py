"""Kinds of events: those of one kind are decided about alike, but for their values.

What the kind of an event depends on is up to its destination (`Destination.compared_by`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from abtui.core.config.model import Config
from abtui.core.corpus.fast_reader import FieldPart, FieldReader
from abtui.core.corpus.recurring import Kind, no_kind
from abtui.core.destination import JSONObject
from abtui.core.destinations import destination_of
from abtui.core.segment import READ_FIRST, filtered_by
from abtui.core.text.json_parser import parse


class EventKinds:
    """The kinds of events for some configs, and the reader of all that these depend on; `any` tells whether there are kinds.

    Some fields are text in what it reads, until `open` is called.
    """

    def __init__(self, *configs: Config) -> None:
        destinations = [destination_of(config.destination) for config in configs]
        first = destinations[0]
        fields = {
            field: None
            for destination, config in zip(destinations, configs, strict=True)
            for field in destination.mapped_fields(config)
        }
        by = first.compared_by if all(of is first for of in destinations) else None
        self.any = by is not None
        self._kind_of, self._title = no_kind if by is None else by(fields), first.title
        self._members = {} if by is None else {name: of for name, of in first.unopened.items() if name not in fields}
        self.reader = FieldReader(*configs, unopened=self._members)

    def of(self, event: JSONObject) -> Kind | None:
        """What the decisions about an event depend on; None where they depend on more, and for what is no event."""
        kind = self._kind_of(event)
        return (filtered_by(event, self._title), *kind) if kind is not None and event.get(READ_FIRST) else kind

    def open(self, part: FieldPart, indexes: Iterable[int]) -> None:
        """Read the fields that are text in some events of a part."""
        for index in indexes:
            event = part.values[index]
            for name in self._members:
                if type(field := event.get(name)) is msgspec.Raw:
                    event[name] = _opened(field)

    def stand_in(self, event: JSONObject) -> JSONObject:
        """An event of the same kind as one that has a kind, without most of what is large in it."""
        kept: JSONObject = {}
        for name, member in self._members.items():
            if isinstance(held := event.get(name), dict) and held:
                kept[name] = {"": None} | ({member: held[member]} if member in held else {})
        return event | kept


def _opened(field: msgspec.Raw) -> Any:
    try:
        return msgspec.json.decode(field)
    except msgspec.DecodeError:  # a number beyond all doubles
        return parse(bytes(field).decode()).value
