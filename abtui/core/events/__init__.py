"""Events: text in every form in which people have it, read into frozen events and findings."""

from abtui.core.events.model import Event, SdkDefaults, Unreadable, place_of
from abtui.core.events.reader import Places, is_plain, read_events, read_places, read_text, read_together
from abtui.core.events.reading import without_prose
from abtui.core.events.stored import Stored, compact, edited, lost, pretty, read_one, read_stored, stored
from abtui.core.events.stretch import Between, Stretch

__all__ = [
    "Between",
    "Event",
    "Places",
    "SdkDefaults",
    "Stored",
    "Stretch",
    "Unreadable",
    "compact",
    "edited",
    "is_plain",
    "lost",
    "place_of",
    "pretty",
    "read_events",
    "read_one",
    "read_places",
    "read_stored",
    "read_text",
    "read_together",
    "stored",
    "without_prose",
]
