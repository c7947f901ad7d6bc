"""Files of what came past Segment, as `core.experiments.elsewhere` reads it, told from files of events by how they begin."""

from __future__ import annotations

from typing import Final, Literal

from abtui.services.errors import ServiceError
from abtui.services.files import STDIN, Source, is_stream, read_pieces

Kind = Literal["events", "exposures", "both"]
_MARKS: Final = (b'"units"', b'"request"', b'"body"', b'"accepted"', b'"rejected"', b"event_type", b'"entries"')
"""One of these is in the beginning of every such file, and in few of events."""


def kind_of(source: Source) -> Kind:
    """What a file has; a browser's HAR file may have both. Only its beginning is looked at, and no pipe."""
    if source.path == STDIN or is_stream(source.path):
        return "events"
    try:
        head = next(read_pieces(source), b"")
    except ServiceError:
        # Whoever reads it tells why it cannot be read.
        return "events"
    if not any(mark in head for mark in _MARKS):
        return "events"
    if b'"entries"' in head and b'"log"' in head:
        return "both"
    # Imported here: few files come so far.
    from abtui.core.experiments.elsewhere import begins_elsewhere

    return "exposures" if begins_elsewhere(head) else "events"
