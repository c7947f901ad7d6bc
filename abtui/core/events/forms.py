"""The forms in which people have events, as one table. A new form is one line here and one module that reads it."""

from __future__ import annotations

from typing import Final

from abtui.core.events.assignments import ASSIGNMENT_START, read_assignment
from abtui.core.events.blocks import (
    FENCE_START,
    OUTPUT_START,
    QUOTE_START,
    STREAM_START,
    read_fence,
    read_output,
    read_quote,
    read_stream,
)
from abtui.core.events.calls import CALL_START, read_call_at
from abtui.core.events.clients import BLOCKS_START, COLLECTION_START, read_blocks, read_collection
from abtui.core.events.documents import (
    LIST_START,
    OBJECT_START,
    TEXT_START,
    is_whole_object,
    read_built,
    read_object,
    read_text_at,
    read_top_list,
)
from abtui.core.events.kinds import OTHER_START, read_other
from abtui.core.events.logs import LOG_START, read_log_line
from abtui.core.events.model import Form
from abtui.core.events.programs import BUILT_START
from abtui.core.events.requests import (
    COMMAND_START,
    FETCH_START,
    HTTP_START,
    read_command,
    read_fetch,
    read_http,
)
from abtui.core.events.tables import TABLE_START, read_table


def _is_none(_line: str) -> bool:
    return False


FORMS: Final = (
    Form(OBJECT_START, read_object, is_whole_object),
    Form(OTHER_START, read_other, _is_none),
    Form(COMMAND_START, read_command, _is_none),
    Form(FETCH_START, read_fetch, _is_none),
    Form(HTTP_START, read_http, _is_none),
    Form(BLOCKS_START, read_blocks, _is_none),
    Form(COLLECTION_START, read_collection, _is_none),
    Form(STREAM_START, read_stream, _is_none),
    Form(QUOTE_START, read_quote, _is_none),
    Form(FENCE_START, read_fence, _is_none),
    Form(OUTPUT_START, read_output, _is_none),
    Form(TABLE_START, read_table, _is_none),
    Form(BUILT_START, read_built, _is_none),
    Form(ASSIGNMENT_START, read_assignment, _is_none),
    Form(LOG_START, read_log_line, _is_none),
    Form(CALL_START, read_call_at, lambda _line: True),
    Form(LIST_START, read_top_list, _is_none),
    Form(TEXT_START, read_text_at, _is_none),
)
"""In the order in which they are tried: a line of a log may begin with a bracket, and a message of Objective-C does, as a list does."""
