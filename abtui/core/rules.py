"""Every finding abtui can raise: its code, severity, title and a paragraph. `abtui explain` and the README read this table."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Rule(NamedTuple):
    """The documentation of one finding code."""

    severity: Literal["error", "warning", "info"]
    title: str
    text: str


RULES: dict[str, Rule] = {
    # The config file
    "CONFIG-NOT-YAML": Rule(
        "error",
        "The config is not YAML",
        "The file could not be parsed, so nothing can be mapped. The place named is where the parser gave up; the mistake is there or just before it, often a missing colon, a tab, or an unclosed quote.",
    ),
    "CONFIG-BOM": Rule(
        "info",
        "The config starts with a byte-order mark",
        "Accepted and skipped; some tools refuse a file with one. Columns are counted without it.",
    ),
    "CONFIG-EMPTY": Rule(
        "error",
        "The config is empty",
        "A config needs at least `settings` with `collectorEndpoint`, `environment` and `unitMapping`.",
    ),
    "CONFIG-TOO-LARGE": Rule(
        "error",
        "The config is too large",
        "A config is a few kilobytes; a file over 1 MiB is refused unread, as it is more likely events or an archive given in the config's place.",
    ),
    "CONFIG-ALIASES": Rule(
        "error",
        "The config's aliases explode",
        "YAML aliases may repeat a part of the file, and repeat the repetition. A file whose aliases would expand to more than 10,000 nodes is refused before they are expanded.",
    ),
    "CONFIG-TYPE": Rule(
        "error",
        "A config value has the wrong type",
        "Segment's setting of that name takes another type (text, a toggle, or a text map), so what the destination would do cannot be told.",
    ),
    "CONFIG-MISSING": Rule(
        "error",
        "A required setting is missing",
        "Segment marks `collectorEndpoint`, `environment` and `unitMapping` as required; without them there is no request to compute. (A missing `apiKey` only prevents sending: see CONFIG-NO-KEY.)",
    ),
    "CONFIG-DESTINATION": Rule(
        "error",
        "Unknown destination",
        "The config names a destination abtui does not have. `classic` is the AB Smartly destination of Segment's catalog.",
    ),
    "CONFIG-NO-DESTINATION": Rule(
        "info",
        "No destination is named",
        "The config has no `destination`, so `classic`, the AB Smartly destination of Segment's catalog, is taken. Naming it keeps the file's meaning when there are more.",
    ),
    "CONFIG-UNKNOWN-KEY": Rule(
        "warning",
        "Unknown key in the config",
        "The key is ignored. Setting names are Segment's own and are case-sensitive; where one is close, the hint names it.",
    ),
    "CONFIG-LABEL": Rule(
        "warning",
        "A form label in place of a setting's name",
        "Segment's form shows `Goal Mapping`; the setting is called `goalMapping`. The label is understood, but the proper name keeps the file usable elsewhere.",
    ),
    "CONFIG-DUPLICATE-KEY": Rule(
        "warning",
        "A key stands twice",
        "YAML keeps the last of two equal keys without a word. In a mapping this loses a goal or a unit; remove one.",
    ),
    "CONFIG-KEY-NOT-TEXT": Rule(
        "warning",
        "A map key is not text to YAML",
        "YAML reads unquoted `yes`, `123` or `null` as a boolean, a number or nothing. abtui takes the key as it is written; quote it so that every other tool does, too.",
    ),
    "CONFIG-EMPTY-MAPPING": Rule(
        "warning",
        "A mapping is empty",
        "With an empty `unitMapping` no event has a unit unless it brings its own, and an event without a unit is not sent: no error, and Segment shows Success.",
    ),
    "CONFIG-ENV-UNSET": Rule(
        "warning",
        "An environment variable is not set",
        "The value is `${NAME}` and NAME is not set, so the value is empty. Mapping works; sending waits until it is set. `${NAME:-default}` gives a default.",
    ),
    "CONFIG-ENV-FORM": Rule(
        "warning",
        "A `${` that is no reference",
        "Only `${NAME}` and `${NAME:-default}` are read from the environment; a default may hold `${NAME}` but nothing deeper. Anything else stays as it is written. `$${` writes `${` on purpose.",
    ),
    "CONFIG-NO-KEY": Rule(
        "warning",
        "There is no API key",
        "Mapping needs none; sending does. Write `apiKey: ${ABSMARTLY_API_KEY}` and set the variable.",
    ),
    "CONFIG-KEY-IN-FILE": Rule(
        "warning",
        "The API key is in the file",
        "A key in a file ends up in version control and in screenshots. Write `${ABSMARTLY_API_KEY}` and set the variable instead.",
    ),
    "CONFIG-ENDPOINT-SCHEME": Rule(
        "warning",
        "The collector endpoint is not a web address",
        "Segment calls `<endpoint>/context`; without `https://` and a host every call fails. Sending is blocked.",
    ),
    "CONFIG-ENDPOINT-INSECURE": Rule(
        "warning",
        "The collector endpoint is not HTTPS",
        "The API key would travel in the clear. abtui sends over plain http to this machine only.",
    ),
    "CONFIG-ENDPOINT-SLASH": Rule(
        "warning",
        "The collector endpoint ends in a slash",
        "The endpoint is used as it is, so the request goes to `//context`, which collectors answer with an error. Remove the slash.",
    ),
    "CONFIG-ENDPOINT-PATH": Rule(
        "warning",
        "The collector endpoint has no `/v1`",
        "Collector endpoints end in `/v1`, like `https://acme.absmartly.io/v1`. Without it the request reaches no collector call.",
    ),
    "CONFIG-ENDPOINT-PARTS": Rule(
        "warning",
        "The collector endpoint has parts it must not have",
        "`/context` is put behind the endpoint as it is written, so behind a query or a fragment it is no path any more. A user and password in it would be shown wherever the address is; the collector takes neither, and sending is blocked.",
    ),
    "CONFIG-ENDPOINT-IOP": Rule(
        "warning",
        "The collector's host ends in `.iop`",
        "The catalog page's own example says `absmartly.iop`, a misprint of `absmartly.io` that is often copied. No such host exists.",
    ),
    "CONFIG-HEADER": Rule(
        "warning",
        "A setting cannot be an HTTP header",
        "The API key, environment and application travel as headers. A line break, a control character or a character outside Latin-1 in one makes every request fail before it is sent.",
    ),
    "CONFIG-APPLICATION": Rule(
        "info",
        "No application is set",
        "The collector's description requires `X-Application`, the published function sends none. With `application` set abtui sends it, as the Actions version of the destination does.",
    ),
    "CONFIG-CATALOG": Rule(
        "warning",
        "A setting is not in the catalog",
        "The environment, application or unit type is not in the config's `catalog`. What the web console does not know, or has archived, is ignored there; Segment shows Success.",
    ),
    "CONFIG-CATALOG-FILE": Rule(
        "warning",
        "The catalog file cannot be used, or a part of it",
        "The config's `catalog` names a file that cannot be read, is no YAML, or has a part that is no list of texts. What could not be read is not checked; everything else is, and events are mapped as ever. `abtui catalog pull` writes such a file.",
    ),
    "CONFIG-UNKNOWN-CODE": Rule(
        "warning",
        "No finding has this code",
        "An entry of `check.ignore` or `check.select` is neither the code of a finding nor a pattern (`UNIT-*`) that fits one, so it has no effect. Codes are upper case; `abtui explain` lists them.",
    ),
    # Reading events
    "TEXT-ENCODING": Rule(
        "warning",
        "The text is not UTF-8",
        "Bytes that are no UTF-8 were replaced by U+FFFD. Segment's archives and its API are UTF-8.",
    ),
    "TEXT-EMPTY": Rule(
        "warning", "There is no event in the text", "The file, folder or paste holds nothing that could be an event."
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
    "EVENT-SIZE": Rule(
        "warning",
        "The event is over 32 KB",
        "Segment's API refuses an event over 32 KB with 400, so it would never reach the destination.",
    ),
    "EVENT-TYPE": Rule(
        "warning",
        "The event has no usable type",
        "`type` is one of track, page, screen, identify, group and alias. The destination has no handler for anything else.",
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
    "EVENT-FILTERED": Rule(
        "warning",
        "The event opts out of this destination",
        "Its `integrations` switch AB Smartly off, by name or with `All: false`, so Segment filters it before the destination runs.",
    ),
    # Units
    "UNIT-NONE": Rule(
        "error",
        "No unit could be resolved",
        "The destination sends nothing for an event without a unit, raises no error, and Segment shows Success. The most common reason that goals do not arrive.",
    ),
    "UNIT-MISSING": Rule(
        "info",
        "A mapped identity is not in the event",
        "The unit mapping names a top-level field the event does not have. Usual where some events are anonymous; if it is all of them, the key is wrong.",
    ),
    "UNIT-NESTED": Rule(
        "warning",
        "A unit mapping key that can never match",
        "Keys of the unit mapping are top-level fields of the event. A path such as `traits.email` or `context.ip` is looked up as one name and is never there.",
    ),
    "UNIT-TYPE": Rule(
        "warning",
        "An identity of a type that is skipped",
        "Only text and numbers become a unit; true, false, null, lists and objects are passed over without a word.",
    ),
    "UNIT-EMPTY": Rule(
        "warning",
        "A unit with an empty or blank id",
        "The destination counts an empty text as an id and sends it; the collector wants 1 to 640 characters, and a blank one is one user for everybody.",
    ),
    "UNIT-LONG": Rule("error", "A unit id over 640 characters", "The collector accepts 1 to 640 characters."),
    "UNIT-PRECISION": Rule(
        "warning",
        "A number that loses digits",
        "Numbers in JavaScript are IEEE doubles: an integer beyond 2^53 is rounded, so different users can become the same unit. Send ids as text.",
    ),
    "UNIT-EMAIL": Rule(
        "warning",
        "A unit id that looks like an e-mail address",
        "Unit ids are stored by the collector. An e-mail address there is personal data; use an opaque id.",
    ),
    "UNIT-OVERRIDE": Rule(
        "info",
        "The event brings its own units",
        "`properties.absmartly.units` is used as it is, the unit mapping is ignored, and `absmartly` is removed from the goal's properties.",
    ),
    # Names
    "GOAL-NEAR": Rule(
        "warning",
        "The event's name is close to a goalMapping key",
        "Goal mapping is exact and case-sensitive. The name differs from a key only by case, spaces or one edit, so it is sent under its own name, which the web console probably does not know.",
    ),
    "GOAL-NO-NAME": Rule(
        "warning",
        "A goal without a name",
        "The event has no usable name, so the goal is sent with its `name` missing or empty, and counts for nothing.",
    ),
    "CATALOG-GOAL": Rule(
        "warning",
        "The goal is not in the catalog",
        "The web console ignores a goal it does not know. Segment shows Success.",
    ),
    "CATALOG-UNIT": Rule(
        "warning",
        "The unit type is not in the catalog",
        "The web console ignores a unit type it does not know. Segment shows Success.",
    ),
    "VIEW-NAME": Rule(
        "error",
        "A page or screen without a name",
        "With view tracking on, the destination raises an error for a page or screen whose top-level `name` is not text. The SDKs' copy in `properties.name` is not read.",
    ),
    # Dates
    "DATE-MISSING": Rule(
        "error",
        "A date is missing",
        "The payload gets null where the collector requires milliseconds: `publishedAt` comes from `sentAt`, `achievedAt` and `setAt` from `originalTimestamp`; `timestamp` and `receivedAt` are not read.",
    ),
    "DATE-INVALID": Rule(
        "error",
        "A date that JavaScript cannot parse",
        "Date.parse gives NaN, which becomes null in the payload, where the collector requires milliseconds.",
    ),
    "DATE-RANGE": Rule(
        "warning",
        "A date outside 2010 to 2050",
        "Usually seconds taken for milliseconds, a wrong century, or a device clock that was never set.",
    ),
    "DATE-FUTURE": Rule(
        "warning",
        "A date after the event was received",
        "The device's clock is ahead: the payload carries its date uncorrected, as the destination does not read `timestamp`.",
    ),
    # Exposures and Engage
    "EXPOSURE-MISSING": Rule(
        "warning",
        "The exposure is missing",
        "Exposure tracking is on, but the event has no `absmartly` to send: nothing is sent, and Segment shows Success.",
    ),
    "EXPOSURE-GOALS": Rule(
        "warning",
        "An exposure with goals inside",
        "The payload is passed on as it is, so goals inside an exposure are published as well, past the goal mapping.",
    ),
    "IDENTIFY-NO-HANDLER": Rule(
        "warning",
        "The published function has no identify handler",
        "The catalog page promises Engage traits as user properties; the published function has no handler and Segment shows Unsupported Event Type. What is shown is the promise; `behavior.identify: reject` shows the function.",
    ),
    "IDENTIFY-NO-TRAITS": Rule(
        "warning", "An identify call without traits", "There is nothing to set, so nothing is sent."
    ),
    "EVENT-THROWS": Rule(
        "error",
        "The event makes the destination throw",
        "The function tests `in` on a value that is no object, a TypeError in JavaScript. Segment shows an error and does not retry.",
    ),
    # The collector's contract
    "CONTRACT": Rule(
        "error",
        "The payload breaks the collector's contract",
        "The collector answers 400 with an error; Segment still shows Success, as the answer is JSON.",
    ),
    # What only a corpus can tell of a config
    "COVERAGE-GOAL": Rule(
        "warning",
        "An entry of goalMapping that no event used",
        "None of the events has this name, so the goal is never reported through it. Often the name is a near miss of the one that is sent; the nearest name seen is told. A corpus that does not hold every kind of event raises this, too.",
    ),
    "COVERAGE-UNIT": Rule(
        "warning",
        "An entry of unitMapping that no event filled",
        "No event has a top-level field of this name whose value is text or a number, so the unit is in no payload. The key is the event's field and the value is the unit type; an entry written the other way round looks like this.",
    ),
    "COVERAGE-NAME": Rule(
        "info",
        "An event name without an entry in goalMapping",
        "Track calls of this name become a goal of the same name. That is right where the web console has such a goal; where it has none, the goal is ignored without a word. With a catalog, names that it has are not told.",
    ),
}
