"""Events: text in every form people have it in, read into frozen events and findings."""

from abtui.core.events.model import Event, SdkDefaults, Unreadable
from abtui.core.events.places import Places, read_places
from abtui.core.events.reader import read_events, read_text
from abtui.core.events.single import compact, pretty, read_one
from abtui.core.events.stored import Stored, lost, read_stored, stored

__all__ = [
    "Event",
    "Places",
    "SdkDefaults",
    "Stored",
    "Unreadable",
    "compact",
    "lost",
    "pretty",
    "read_events",
    "read_one",
    "read_places",
    "read_stored",
    "read_text",
    "stored",
]
