"""The fast way to request bodies: of each event only the fields are read that the destination looks at, many lines at a time.

The same destination decides, and what is not an event here is none for `read_events` either; the fields that the destination
never reads, such as `context`, are only skipped. Findings and steps need the whole event.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import Annotated, Any, Final, Literal, Required, TypedDict

import msgspec

from abtui.core.config.model import Config
from abtui.core.destinations import destination_of
from abtui.core.events import Event, SdkDefaults, Stretch, Unreadable, read_events
from abtui.core.events.completion import BODY_FIELDS, is_body
from abtui.core.events.model import Item, JSONObject
from abtui.core.events.reader import open_reading
from abtui.core.segment import EVENT_TYPES, is_event
from abtui.core.text.javascript.stringify import TINY
from abtui.core.text.json_text import DEEPEST, openings

_READ: Final = ("type", "event", "name", "integrations")
"""What is read of every event, whatever its destination."""
_CONTEXT: Final = "context"
"""The largest field of most events. For a label it is kept as text, and read only where the label is in it."""
_TYPE: Final = Required[Literal[EVENT_TYPES]]
_REFUSED: Final = Annotated[str, msgspec.Meta(pattern="(?!)")]
"""The type of a field that no line of a window may have: no value is of it."""
_SHORT: Final = 8
"""Characters of a number that may well be there again."""
_REMEMBERED: Final = 4096
_NO_OPENING: Final = bytes(byte for byte in range(256) if byte not in b"{[\n")


class FieldPart(msgspec.Struct, frozen=True):
    """Some events of a text, in order: the fields that were read of each (`values`), and the text, to read it again in full.

    `plain_numbers`: all numbers in the fields are written in JavaScript as they are elsewhere.
    """

    values: list[JSONObject]
    _source: str
    _text: bytes = b""
    _line: int = 1
    _event: Event | None = None
    plain_numbers: bool = False

    @property
    def has_other(self) -> bool:
        """Whether it is an object that is no event."""
        return self._event is not None and not is_event(self._event.value)

    def event(self, index: int) -> Event:
        """The whole event of a value with its source. If it is no event as a whole, it has the fields that were read."""
        if self._event is not None:
            return self._event
        items = read_events(iter([self._text]), self._source, first_line=self._line)
        item = next(islice(items, index, None))
        return item if isinstance(item, Event) else Event(item.source, self.values[index])

    def events(self) -> Iterator[Item]:
        """The events with their sources; where the text is one event on each line, they have only the fields that were read."""
        if self._event is not None:
            yield self._event
            return
        values, prefix = self.values, f"{self._source}:"
        lines = self._text.removesuffix(b"\n").split(b"\n")
        if len(lines) != len(values) or not all(line[:1] == b"{" and line[-1:] == b"}" for line in lines):
            # Between two values there may be no line end, or several.
            yield from read_events(iter([self._text]), self._source, first_line=self._line)
            return
        for line, value in enumerate(values, self._line):
            # Only the audience of an identify call is told from it.
            if value["type"] == "identify" and type(value.get(_CONTEXT)) is msgspec.Raw:
                value[_CONTEXT] = msgspec.json.decode(value[_CONTEXT])
            yield Event(f"{prefix}{line}", value, None, (), line)


class FieldReader:
    """Reads the fields of events that the destinations of some configs look at, and `more`. It keeps `unopened` ones as text.

    With `as_written`, for those who only write bodies, whole numbers are integers, as JavaScript writes them: 1 for `1.0`.
    """

    def __init__(
        self,
        *configs: Config,
        more: Collection[str] = (),
        unopened: Collection[str] = (),
        as_written: bool = False,
    ) -> None:
        destinations = [(destination_of(config.destination), config) for config in configs]
        read = (name for of, config in destinations for name in (*of.fields, *of.mapped_fields(config)))
        names: dict[str, Any] = dict.fromkeys((*_READ, *BODY_FIELDS, *read), Any)
        for name in more:
            names.setdefault(name, msgspec.Raw if name == _CONTEXT else Any)
        names.update(dict.fromkeys(unopened, msgspec.Raw))
        # msgspec takes one key for another if the name of a field is empty or not ASCII: then all fields are read.
        plain = all(name and name.isascii() for name in names) and not any(of.reads_any for of, _ in destinations)
        # What is checked while a window is decoded takes no time.
        checked = names | {"type": _TYPE} | dict.fromkeys(BODY_FIELDS, _REFUSED)
        self._is_checked = plain
        self._numbers = _Numbers() if as_written and plain else None
        number = None if self._numbers is None else self._numbers.__getitem__
        self._decode_line = _decoder(names if plain else None, number).decode
        self._decode_lines = _decoder(checked if plain else None, number).decode_lines

    def events(self, pieces: Iterable[bytes], source: str, sdk: SdkDefaults) -> Iterator[Item]:
        """The items of `read_events`, whose events have at least the fields that the reader reads."""
        for part in self.parts(pieces, source, sdk):
            if isinstance(part, Unreadable):
                yield part
            else:
                yield from part.events()

    def parts(
        self, pieces: Iterable[bytes], source: str, sdk: SdkDefaults, *, stretch: Stretch | None = None
    ) -> Iterator[FieldPart | Unreadable]:
        """The events of a text, or of a stretch of it, in order, and what is no event. JSON Lines are read in windows, or else line by line."""
        reading = open_reading(pieces, source, sdk, stretch=stretch)
        cursor = reading.cursor
        by_line_until = 0

        def part_of(item: Item) -> FieldPart | Unreadable:
            return item if isinstance(item, Unreadable) else FieldPart([item.value], source, _event=item)

        while (window := reading.window()) is not None:
            number, at, size = cursor.line, 0, len(window)
            if size and cursor.following >= by_line_until:
                # The opening brackets of each line: their number is never less than its depth. (Lines are counted faster so, too.)
                openings = window.translate(None, _NO_OPENING).split(b"\n")
                if (values := self._values(window, openings)) is not None:
                    cursor.skip(size, len(openings) - 1)
                    yield FieldPart(
                        values,
                        source,
                        window,
                        number + 1,
                        None,
                        self._numbers is not None and not self._numbers.has_tiny,
                    )
                    continue
                by_line_until = cursor.following + size
            while at < size:
                end = window.find(b"\n", at)
                line = window[at : end if end >= 0 else size]
                if line:
                    if (value := self.value(line)) is None:
                        break
                    yield FieldPart([value], source, line, number + 1)
                number += 1
                at += len(line) + 1
            cursor.skip(min(at, size), number - cursor.line)
            if at < size or not window:
                yield from map(part_of, reading.other_lines())
        yield from map(part_of, reading.end())

    def value(self, text: bytes) -> JSONObject | None:
        """The fields of the event that a line, or any other text, is. None: then the text has to be read in full."""
        if openings(text) > DEEPEST:
            return None
        try:
            _check_characters(text)
            value: JSONObject = self._decode_line(text)
            if is_event(value) and not (
                any(map(value.__contains__, BODY_FIELDS)) and is_body(msgspec.json.decode(text))
            ):
                return value
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass
        return None

    def _values(self, window: bytes, lines: list[bytes]) -> list[JSONObject] | None:
        """The fields of the events of a window, if it is nothing but events, one on each line. `lines` are its lines' opening brackets."""
        if max(map(len, lines)) > DEEPEST:
            return None
        if self._numbers is not None:
            self._numbers.has_tiny = False
        try:
            _check_characters(window)
            values: list[JSONObject] = self._decode_lines(window)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        if len(values) != len(lines) - (not lines[-1]) and sum(map(len, lines)) > DEEPEST:
            # A value over several lines is decoded as well, and none of its lines shows how deep it is.
            return None
        return values if self._is_checked or all(map(_is_delivered, values)) else None


def _decoder(fields: dict[str, Any] | None, number: Callable[[str], int | float] | None) -> msgspec.json.Decoder[Any]:
    """What reads these fields of an object, or all of them. `number` reads a number with a fraction or an exponent."""
    kind: Any = dict[str, Any] if fields is None else TypedDict("Fields", fields, total=False)  # type: ignore[operator]
    return msgspec.json.Decoder(kind, float_hook=number)


class _Numbers(dict[str, int | float]):
    """The numbers that texts with a fraction or an exponent are, whole ones as integers: their bodies need no second look.

    Those of short texts, such as prices, are remembered. `has_tiny` is set by one that JavaScript may write otherwise.
    """

    has_tiny = False

    def __missing__(self, text: str) -> int | float:
        value = float(text)
        if -TINY < value < TINY and value:
            self.has_tiny = True
            return value
        # The remainder of infinity is not 0, but no number.
        number = value if value % 1 else int(value)
        if len(text) <= _SHORT and len(self) < _REMEMBERED:
            self[text] = number
        return number


def _is_delivered(value: JSONObject) -> bool:
    """Whether an object is an event and certainly no body of a request by itself."""
    return is_event(value) and "writeKey" not in value and "_metadata" not in value


def _check_characters(text: bytes) -> None:
    """Raise UnicodeDecodeError for invalid UTF-8. The decoder does not look at the characters of fields that it skips."""
    if not text.isascii():
        text.decode()
