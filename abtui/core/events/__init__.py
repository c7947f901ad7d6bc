"""Events: text in every form in which people have it, read into frozen events and findings."""

from abtui.core.events.model import Event, SdkDefaults, Unreadable, place_of
from abtui.core.events.reader import Places, read_events, read_places, read_text
from abtui.core.events.reading import without_prose
from abtui.core.events.stored import Stored, compact, edited, lost, pretty, read_one, read_stored, stored

__all__ = [
    "Event",
    "Places",
    "SdkDefaults",
    "Stored",
    "Unreadable",
    "compact",
    "edited",
    "lost",
    "place_of",
    "pretty",
    "read_events",
    "read_one",
    "read_places",
    "read_stored",
    "read_text",
    "stored",
    "without_prose",
]
