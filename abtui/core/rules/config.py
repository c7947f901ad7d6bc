"""Findings about the config."""

from __future__ import annotations

from abtui.core.rules.rule import Rule

CONFIG: dict[str, Rule] = {
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
    "CONFIG-KEY-UNSET": Rule(
        "info",
        "The API key's variable is not set",
        "Mapping, checking and comparing need no key; sending to the target that has none is refused.",
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
        "Segment calls `<endpoint>/context`; without `https://` and a host every call fails: events that would be sent are told to fail. Sending is blocked.",
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
}
