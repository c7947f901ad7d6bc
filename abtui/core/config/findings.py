"""The rules and fixes for findings about the syntax of a config: its YAML, its keys, and the types of its values.

The checks are the readers: `text.yaml_tree` of the YAML, `config.walk` of the keys and types, `config.reader` of the whole.
"""

from __future__ import annotations

from typing import Final

from abtui.core.config.names import known_names
from abtui.core.findings import Fix, error, info, warning
from abtui.core.fixes import Entry, Problem, for_entry
from abtui.core.text.nearest import one_edit
from abtui.core.text.plain import letters
from abtui.core.text.yaml_edit import Rename

_TOGGLES: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_SHORTEST_FOR_ONE_EDIT: Final = 4


def _name_of_label(problem: Problem, entry: Entry) -> Fix | None:
    name = problem.destination.labels.get(entry.name)
    if name is None or name in entry.siblings:
        return None
    return Fix(f"Rename the key `{entry.name}` to `{name}`", {entry.path: Rename(name)})


def _known_key(problem: Problem, entry: Entry) -> Fix | None:
    """Certain if exactly one known name has the same letters, or is one typing mistake away, and is not in the map yet."""
    written, names = letters(entry.name), known_names(problem.destination, entry.path[:-1])
    near = [known for known in names if letters(known) == written]
    if not near and len(written) >= _SHORTEST_FOR_ONE_EDIT:
        near = [known for known in names if one_edit(letters(known), written)]
    if len(near) != 1 or near[0] in entry.siblings:
        return None
    return Fix(f"Rename the key `{problem.show(entry.name)}` to `{near[0]}`", {entry.path: Rename(near[0])})


def _quoted_key(problem: Problem, entry: Entry) -> Fix | None:
    if entry.key.kind == "text":
        return None
    return Fix(f"Quote the key `{problem.show(entry.name)}`", {entry.path: Rename(entry.name)})


def _toggle(problem: Problem, entry: Entry) -> Fix | None:
    wanted = _TOGGLES.get(entry.value.value.strip().lower())
    setting = problem.destination.setting(entry.name)
    if setting is None or setting.kind != "toggle" or entry.value.kind != "text" or wanted is None:
        return None
    return Fix(f"Write `{str(wanted).lower()}` without quotes", {entry.path: wanted})


NOT_YAML: Final = error(
    "CONFIG-NOT-YAML",
    "The config is not YAML",
    "abtui could not parse the file, so it cannot map any event. The finding points to where the parser stopped; the mistake is there or just before it. Common causes are a missing colon, a tab, and an unclosed quote.",
)
BOM: Final = info(
    "CONFIG-BOM",
    "The config starts with a byte-order mark",
    "abtui skips the mark, but some tools refuse a file that has one. Column numbers do not count it.",
)
EMPTY: Final = error(
    "CONFIG-EMPTY",
    "The config is empty",
    "A config needs at least `settings`, with the settings that its destination requires.",
)
TOO_LARGE: Final = error(
    "CONFIG-TOO-LARGE",
    "The config is too large",
    "A config takes a few kilobytes. abtui does not read one over 1 MiB, because such a file is more likely to be events or an archive. JSON from Segment may have 8 MiB, and a Terraform file half of one.",
)
ALIASES: Final = error(
    "CONFIG-ALIASES",
    "The config's aliases expand too far",
    "YAML aliases can repeat a part of the file, and the repeated part can hold aliases too. abtui refuses a file whose aliases would add more than 10,000 values.",
)
TYPE: Final = error(
    "CONFIG-TYPE",
    "A config value has the wrong type",
    "Segment's setting of this name takes another type (text, a toggle, or a map of texts), so abtui cannot predict what the destination would do.",
    fix=for_entry(_toggle),
)
COERCED: Final = warning(
    "CONFIG-COERCED",
    "A setting is not text, and is converted to text",
    "The setting is a text in Segment. The destination turns a number, a boolean or nothing into a text and goes on with it. Write the text in quotes, so that it is clear what is meant.",
)
MISSING: Final = error(
    "CONFIG-MISSING",
    "A required setting is missing",
    "Segment's form requires this setting, and without it there is no request to compute. (A missing `apiKey` only prevents sending: see CONFIG-NO-KEY.)",
)
DESTINATION: Final = error(
    "CONFIG-DESTINATION",
    "Unknown destination",
    "abtui does not have the destination that the config names. `classic` is the AB Smartly destination of Segment's catalog, `actions` is ABsmartly (Actions).",
)
NO_DESTINATION: Final = info(
    "CONFIG-NO-DESTINATION",
    "The config names no destination",
    "abtui assumes `classic`, the AB Smartly destination of Segment's catalog. Name the destination, so that nobody takes the file for one of ABsmartly (Actions), which is `actions`.",
)
UNKNOWN_KEY: Final = warning(
    "CONFIG-UNKNOWN-KEY",
    "Unknown key in the config",
    "abtui ignores the key. Setting names are Segment's own and are case-sensitive. If a known name is similar, the hint shows it.",
    fix=for_entry(_known_key),
)
LABEL: Final = warning(
    "CONFIG-LABEL",
    "A form label is used instead of a setting's name",
    "Segment's form shows labels such as `API Key`; the setting itself is called `apiKey`. abtui understands the label, and other spellings such as `ApiKey`, but other tools need the setting's name.",
    fix=for_entry(_name_of_label),
)
DUPLICATE_KEY: Final = warning(
    "CONFIG-DUPLICATE-KEY",
    "A key appears twice",
    "YAML silently keeps the last of two equal keys. In a mapping, that loses a goal or a unit. Remove one of the two.",
)
KEY_NOT_TEXT: Final = warning(
    "CONFIG-KEY-NOT-TEXT",
    "YAML does not read a key as text",
    "Without quotes, YAML reads `yes`, `123` and `null` as a boolean, a number and nothing. abtui uses the key as it is written; quote it so that other tools do the same.",
    fix=for_entry(_quoted_key),
)
ENV_UNSET: Final = warning(
    "CONFIG-ENV-UNSET",
    "An environment variable is not set",
    "The value is `${NAME}` and NAME is not set, so the value is empty. You can map events, but not send them until it is set. `${NAME:-default}` gives a default.",
)
KEY_UNSET: Final = info(
    "CONFIG-KEY-UNSET",
    "The API key's variable is not set",
    "You can map, check and compare events without a key. abtui sends nothing to a target that has none.",
)
ENV_FORM: Final = warning(
    "CONFIG-ENV-FORM",
    "A `${` that is not a reference",
    "abtui reads only `${NAME}` and `${NAME:-default}` from the environment. A default may hold `${NAME}`, but nothing deeper. Anything else stays as it is written. Write `$${` for a literal `${`.",
)
