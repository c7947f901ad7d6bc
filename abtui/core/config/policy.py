"""The section `check` of a config: which findings count, and which of them fail `abtui check`."""

from __future__ import annotations

from typing import Final

from abtui.core.config.model import FailOn, Policy
from abtui.core.config.names import CHECK, FAIL_ON, SAMPLE_RATIO
from abtui.core.config.walk import Entry, Path, Walk
from abtui.core.findings import code_hint, warning

_FAIL_ON: Final[dict[str, FailOn]] = {"error": "error", "warning": "warning", "never": "never"}
_ERROR, _WARNING = SAMPLE_RATIO
UNKNOWN_CODE: Final = warning(
    "CONFIG-UNKNOWN-CODE",
    "No finding has this code",
    "An entry of `check.ignore` or `check.select` is neither the code of a finding nor a pattern (such as `EVENT-*`) that matches one, so it has no effect. Codes are upper case; `abtui explain` lists them.",
)


def read_check(walk: Walk, entry: Entry) -> Policy:
    """Read the section `check`; absent or wrong parts have their defaults. An unknown code is reported and has no effect."""
    path = ("check",)
    found = walk.known(entry.value, path, CHECK)
    fail_on = walk.choice(found["failOn"].value, (*path, "failOn"), FAIL_ON) if "failOn" in found else None
    default = Policy()
    return Policy(
        fail_on=_FAIL_ON[fail_on] if fail_on is not None else "error",
        ignore=_codes(walk, found.get("ignore"), (*path, "ignore")),
        select=_codes(walk, found.get("select"), (*path, "select")),
        sample_ratio_error=_chance(walk, found.get(_ERROR), (*path, _ERROR), default.sample_ratio_error),
        sample_ratio_warning=_chance(walk, found.get(_WARNING), (*path, _WARNING), default.sample_ratio_warning),
    )


def _chance(walk: Walk, entry: Entry | None, path: Path, default: float) -> float:
    """A number from 0 to 1."""
    if entry is None:
        return default
    value = walk.json(entry.value) if entry.value.kind == "number" else None
    if isinstance(value, (int, float)) and 0 <= value <= 1:
        return float(value)
    walk.wrong(entry.value, path, "a number from 0 to 1", f"It is a chance: `{path[-1]}: {default}`.")
    return default


def _codes(walk: Walk, entry: Entry | None, path: Path) -> tuple[str, ...]:
    texts = (walk.text_list(entry.value, path) if entry is not None else None) or []
    for text in texts:
        hint = code_hint(text.value)
        if hint is not None and not text.unset:
            message = (
                f"`{walk.quoter.key_path(path)}` has `{walk.quoter.shown(text.value)}`, but no finding has that code."
            )
            walk.tell(UNKNOWN_CODE.code, text.node, message, hint)
    return tuple(dict.fromkeys(text.value for text in texts))
