"""Findings about reading events, and about the events themselves."""

from __future__ import annotations

from abtui.core.rules.rule import Rule

EVENTS: dict[str, Rule] = {
    # Reading events
    "TEXT-ENCODING": Rule(
        "warning",
        "The text is not UTF-8",
        "Bytes that are no UTF-8 were replaced by U+FFFD. Segment's archives and its API are UTF-8.",
    ),
    "TEXT-EMPTY": Rule(
        "warning", "There is no event in the text", "The file, folder or paste holds nothing that could be an event."
    ),
    "FILE-CHANGED": Rule(
        "error",
        "The event's file changed since it was read",
        "The list keeps where an event stands in its file, and reads it there when it is needed. Other text stands there now, or the file is gone. Open it again.",
    ),
    "JSON-SYNTAX": Rule(
        "error",
        "The JSON is broken",
        "The piece is not mapped: Segment would not accept it either. The place is where reading failed; events before and after it are read.",
    ),
    "JSON-DEPTH": Rule(
        "error",
        "The JSON is nested too deeply",
        "More than 200 levels. No event of an SDK comes near; it is refused rather than half read.",
    ),
    "VALUE-TOO-LARGE": Rule(
        "error",
        "One value is too large to be read",
        "One event, or other single value, of more than 64 MiB, or that would take more than about 128 MiB in memory, is skipped as it streams by. What stands behind it is read. Segment's API takes events of up to 32 KB.",
    ),
    "JSON-COMMENT": Rule(
        "warning",
        "The JSON has a comment",
        "Accepted here, for hand-made samples. Segment's API and JSON.parse refuse it.",
    ),
    "JSON-TRAILING-COMMA": Rule(
        "warning",
        "The JSON has a trailing comma",
        "Accepted here, for hand-made samples. Segment's API and JSON.parse refuse it.",
    ),
    "JSON-BOM": Rule(
        "info", "The text starts with a byte-order mark", "Accepted and skipped; some tools refuse a file with one."
    ),
    "JSON-NUMBER": Rule(
        "warning",
        "A number JSON does not have",
        "`NaN`, `Infinity` and `-Infinity` are JavaScript, not JSON. Read as null, which is what JSON.stringify writes for them.",
    ),
    "JSON-DUPLICATE-KEY": Rule(
        "warning",
        "A key stands twice in an object",
        "JSON.parse keeps the last one, and so does abtui. What the first one said is lost.",
    ),
    "JSON-SURROGATE": Rule(
        "warning",
        "Half a character",
        "The text has a lone surrogate, half of an emoji cut by a tool that counts UTF-16 units. JavaScript passes it on escaped; most servers replace or refuse it.",
    ),
    "EVENT-NOT-OBJECT": Rule(
        "error", "Not an event", "An event is a JSON object with a `type`. This is another kind of JSON value."
    ),
    "CODE-UNREADABLE": Rule(
        "error",
        "A line of code that could not be read",
        'abtui reads the calls the documentation shows: `analytics.track("Name", {...})`, `analytics.page()`, `[[SEGAnalytics sharedAnalytics] screen:@"Home"]`. Variables and expressions have no value outside their program.',
    ),
    "CODE-COMPLETED": Rule(
        "info",
        "An event made from a line of code",
        "The ids, timestamps and messageId an SDK would add were filled in with placeholders.",
    ),
    "BATCH-LIMIT": Rule(
        "warning",
        "The batch is over Segment's limit",
        "Segment answers 400 to a batch over 500 KB and rejects one of more than 2,500 events: none of it would have arrived.",
    ),
    "BATCH-NOT-MERGED": Rule(
        "error",
        "A long batch goes on after its list",
        "A batch of more than a few megabytes is read event by event. What it says for all of its events (`context`, `integrations`, `sentAt`) is merged into them where it stands before the list; this batch says it, or gives itself a `type`, only after events were read.",
    ),
    "EVENT-SIZE": Rule(
        "warning",
        "The event is over 32 KB",
        "Segment's API refuses an event over 32 KB with 400, so it would never reach the destination.",
    ),
    "EVENT-TYPE": Rule(
        "error",
        "Not an event: it has no type that Segment knows",
        "An event's `type` is one of track, page, screen, identify, group and alias, in lower case. A JSON object without one is shown with what the destination does with it, and counts as no event: `abtui map` and `abtui check` end with exit code 1. Where events stand inside it, as in a queue's record or a list under `data`, the finding says at which path.",
    ),
    "EVENT-IDENTITY": Rule(
        "warning",
        "The event has neither userId nor anonymousId",
        "Segment requires one of the two and refuses an event without.",
    ),
    "EVENT-MESSAGE-ID": Rule(
        "warning",
        "The messageId is unusable",
        "A messageId is text of at most 100 characters; Segment drops duplicates by it.",
    ),
    "EVENT-REPEATED": Rule(
        "warning",
        "The messageId repeats",
        "An event with the same messageId stands earlier in the corpus (among the 10,000 before it). Segment delivers only one of them.",
    ),
    "EVENT-KEY": Rule(
        "warning",
        "The event carries the API key",
        "A key of the config, or of one of its targets, stands in the event: as it is, JSON-quoted, percent-encoded, HTML-escaped or inside base64. The body keeps it, as that is what would be sent; all that is said about the event has it masked. Keys under 5 characters are not looked for.",
    ),
    "EVENT-FILTERED": Rule(
        "warning",
        "The event opts out of this destination",
        "Its `integrations` switch AB Smartly off, by name or with `All: false` (`All` in any case), so Segment filters it before the destination runs.",
    ),
    "EVENT-INTEGRATIONS": Rule(
        "warning",
        "An entry of `integrations` without effect",
        "Segment reads the event's own `integrations`: `AB Smartly` by that very name, `All` in any case, and only true and false. Other spellings, other values, and `integrations` inside `context` switch nothing on or off.",
    ),
}
