"""Events: text in every form people have it in, read into frozen events and findings."""

from abtui.core.events.model import Event, SdkDefaults, Unreadable
from abtui.core.events.reader import read_events, read_text
from abtui.core.events.single import compact, pretty, read_one

__all__ = ["Event", "SdkDefaults", "Unreadable", "compact", "pretty", "read_events", "read_one", "read_text"]
