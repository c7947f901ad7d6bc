"""The section `check` of a config: which findings count, and which of them fail `abtui check`."""

from __future__ import annotations

from typing import Final

from abtui.core.config.model import FailOn, Policy
from abtui.core.config.names import CHECK, FAIL_ON
from abtui.core.config.walk import Entry, Path, Walk
from abtui.core.findings import code_hint, warning

_FAIL_ON: Final[dict[str, FailOn]] = {"error": "error", "warning": "warning", "never": "never"}
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
    return Policy(
        fail_on=_FAIL_ON[fail_on] if fail_on is not None else "error",
        ignore=_codes(walk, found.get("ignore"), (*path, "ignore")),
        select=_codes(walk, found.get("select"), (*path, "select")),
    )


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
