"""The rules of findings about reading events from text."""

from __future__ import annotations

from typing import Final

from abtui.core.findings import error, info, warning

TEXT_ENCODING: Final = warning(
    "TEXT-ENCODING",
    "The text is not UTF-8",
    "Bytes that are no UTF-8 were replaced by U+FFFD. Segment's archives and its API are UTF-8.",
)
TEXT_EMPTY: Final = warning(
    "TEXT-EMPTY",
    "There is no event in the text",
    "The file, folder or paste holds nothing that could be an event.",
)
FILE_CHANGED: Final = error(
    "FILE-CHANGED",
    "The event's file changed since it was read",
    "The list keeps where an event stands in its file, and reads it there when it is needed. Other text stands there now, or the file is gone. Open it again.",
)
VALUE_TOO_LARGE: Final = error(
    "VALUE-TOO-LARGE",
    "One value is too large to be read",
    "One event, or other single value, of more than 64 MiB, or that would take more than about 128 MiB in memory, is skipped as it streams by. What stands behind it is read. Segment's API takes events of up to 32 KB.",
)
EVENT_NOT_OBJECT: Final = error(
    "EVENT-NOT-OBJECT",
    "Not an event",
    "An event is a JSON object with a `type`. This is another kind of JSON value.",
)
CODE_UNREADABLE: Final = error(
    "CODE-UNREADABLE",
    "A line of code that could not be read",
    'abtui reads the calls the documentation shows: `analytics.track("Name", {...})`, `analytics.page()`, `[[SEGAnalytics sharedAnalytics] screen:@"Home"]`. Variables and expressions have no value outside their program.',
)
CODE_COMPLETED: Final = info(
    "CODE-COMPLETED",
    "An event made from a line of code",
    "The ids, timestamps and messageId an SDK would add were filled in with placeholders.",
)
BATCH_LIMIT: Final = warning(
    "BATCH-LIMIT",
    "The batch is over Segment's limit",
    "Segment answers 400 to a batch over 500 KB and rejects one of more than 2,500 events: none of it would have arrived.",
)
BATCH_NOT_MERGED: Final = error(
    "BATCH-NOT-MERGED",
    "A long batch goes on after its list",
    "A batch of more than a few megabytes is read event by event. What it says for all of its events (`context`, `integrations`, `sentAt`) is merged into them where it stands before the list; this batch says it, or gives itself a `type`, only after events were read.",
)
