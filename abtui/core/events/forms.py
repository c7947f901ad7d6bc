"""The forms in which people have events, as one table. A new form is one line here and one module that reads it."""

from __future__ import annotations

from typing import Final

from abtui.core.events.calls import CALL_START, read_call_at
from abtui.core.events.documents import LIST_START, OBJECT_START, is_whole_object, read_object, read_top_list
from abtui.core.events.model import Form

FORMS: Final = (
    Form(OBJECT_START, read_object, is_whole_object),
    Form(CALL_START, read_call_at, lambda _line: True),
    Form(LIST_START, read_top_list, lambda _line: False),
)
"""In the order in which they are tried: a message of Objective-C begins with a bracket, as a list does."""
