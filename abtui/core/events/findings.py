"""The rules of findings about reading events from text."""

from __future__ import annotations

from typing import Final

from abtui.core.findings import error, info, warning

TEXT_ENCODING: Final = warning(
    "TEXT-ENCODING",
    "The text is not UTF-8",
    "abtui replaced bytes that are not UTF-8 with U+FFFD. Segment's archives and its API use UTF-8.",
)
FILE_CHANGED: Final = error(
    "FILE-CHANGED",
    "The event's file changed since it was read",
    "The list remembers the place of each event in its file and reads it again when needed. That place now holds other text, or the file is gone. Open the file again.",
)
VALUE_TOO_LARGE: Final = error(
    "VALUE-TOO-LARGE",
    "A value is too large to be read",
    "abtui skips an event, or other single value, of more than 64 MiB, or one that would need more than about 128 MiB of memory, and reads what follows. Segment's API accepts events of up to 32 KB.",
)
EVENT_NOT_OBJECT: Final = error(
    "EVENT-NOT-OBJECT",
    "Not an event",
    "An event is a JSON object with a `type`. This is another kind of JSON value.",
)
CODE_UNREADABLE: Final = error(
    "CODE-UNREADABLE",
    "A line of code that could not be read",
    'abtui reads the calls that Segment\'s documentation shows for each of its libraries: `analytics.track("Name", {...})`, `Analytics.track(user_id: "u", event: "Name")`, `analytics.enqueue(TrackMessage.builder("Name"))`, `client.Enqueue(analytics.Track{...})`, `[[SEGAnalytics sharedAnalytics] screen:@"Home"]`. Variables and expressions have no value outside their program.',
)
CODE_COMPLETED: Final = info(
    "CODE-COMPLETED",
    "An event made from a line of code",
    "abtui filled in the ids, timestamps and messageId that an SDK would add with placeholders.",
)
EVENT_COMPLETED: Final = info(
    "EVENT-COMPLETED",
    "A posted event, completed as Segment does it",
    "What an SDK posts is not yet what a destination gets. Segment makes `originalTimestamp` of the posted `timestamp` (without one it stays absent), writes the arrival into `receivedAt`, takes `sentAt` from the event, else from its batch, else from the arrival, and corrects the device's clock: `timestamp` = `receivedAt` - (`sentAt` - `originalTimestamp`). The `context` and `integrations` of a batch go under the event's own; `writeKey`, `_metadata` and an identity that is null are taken off; the path of the request gives a `type` to a body without one. An event that has `originalTimestamp` or `receivedAt`, be it null, was delivered before: its dates stay as they are. A date that cannot be read stays as it is.",
)
REQUESTS_LEFT_OUT: Final = info(
    "REQUESTS-LEFT-OUT",
    "Requests of a recording that post no event",
    "A recording of a browser, or a collection of requests, has other requests beside those to Segment. abtui reads the events and leaves the rest out.",
)
TEXT_LEFT_OUT: Final = info(
    "TEXT-LEFT-OUT",
    "Text around the events",
    "A log, a mail or a page of documentation has other lines beside those with events. abtui reads the events and leaves the other lines out; one that has an event with a mistake is told.",
)
CODE_LITERAL: Final = info(
    "CODE-LITERAL",
    "An event from an object of a program",
    "The event is an object literal of a program, such as `{type: 'track'}` of JavaScript or a dictionary as Python prints it. abtui reads it as the JSON it stands for; Segment's API and its archives have JSON only. `undefined` leaves its key out, and a tuple is a list.",
)
TABLE_READ: Final = info(
    "TABLE-READ",
    "Events from a table",
    "The events are rows of CSV, or of a table with tabs or semicolons. A column has the name of an event's field in any case (`User ID`, `user_id`, `userId`), or the way to one (`properties.total`); `properties`, `traits`, `context` and `integrations` have JSON. A cell of the data that is written as a number, `true` or `false` is one, as long as nothing of it is lost (`007` is text). Ids, names and dates are text, and empty cells are left out. A column that is no field of an event is a property, or a trait of an identify or group call.",
)
TABLE_TYPE: Final = error(
    "TABLE-TYPE",
    "A table of events that does not tell their type",
    "abtui reads a table with a column `type`, or one of a warehouse whose columns or file name tell the type: `event_text` in the tables of track calls, `path` and `url` in that of pages, `identifies.csv`, `screens.csv`. Without either nothing of it is read.",
)
TABLE_ROW: Final = error(
    "TABLE-ROW",
    "A row of a table that could not be read",
    "A row has as many cells as the header, and a cell with the separator, a quote or a line end in it stands in quotes. The other rows are read.",
)
ROW_REBUILT: Final = info(
    "ROW-REBUILT",
    "An event rebuilt from a row of a warehouse",
    "Segment writes events into a warehouse in columns in snake_case. abtui makes the event of them again: `event_text` is its name, `id` its messageId, `context_` begins its context, dates are in ISO 8601, and all further columns are its properties or traits. What the columns do not tell is lost: how the names of properties were written (`orderId` is `order_id`), what was null, and objects inside properties.",
)
BATCH_LIMIT: Final = warning(
    "BATCH-LIMIT",
    "The batch is over Segment's limit",
    "Segment answers 400 to a batch over 500 KB and rejects one of more than 2,500 events, so none of its events would arrive.",
)
BATCH_NOT_MERGED: Final = error(
    "BATCH-NOT-MERGED",
    "A long batch has fields after its list of events",
    "abtui reads a batch of more than a few megabytes event by event. It merges the fields that hold for all events (`context`, `integrations`, `sentAt`) only if they come before the list. This batch has such a field, or a `type` of its own, after it.",
)
