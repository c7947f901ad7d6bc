"""The keys of the Events screen in the key bar, by the ids of their bindings, each with its word there."""

from typing import Final

KEYS: Final = (
    ("event.edit", "edit event"),
    ("screen.find-goal", "find a goal"),
    ("event.send", "send"),
    ("list.filter", "filter"),
)
