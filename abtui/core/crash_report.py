"""What is written down when the program meets something it did not expect. Keys are masked in all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from abtui.core.text.mask_keys import cleaned
from abtui.core.text.plain import printable
from abtui.core.text.secret import Secret


def crash_report(
    traceback: str, facts: Mapping[str, str], actions: Sequence[str], known: Iterable[Secret], *, at: str
) -> str:
    """The text of a report: when, the versions and the terminal (`facts`), the last actions, the traceback without values."""
    known = list(known)
    lines = [f"abtui met something unexpected at {at}.", ""]
    lines += [f"{name}: {value}" for name, value in facts.items()]
    lines += ["", "Last actions, the newest last:", *(f"  {action}" for action in actions)]
    lines += ["", traceback.rstrip(), ""]
    return printable(cleaned("\n".join(lines), known))


def calm_message(summary: str, report: str | None, *, kept: bool, known: Iterable[Secret]) -> str:
    """What is left on the terminal: what happened, that drafts are kept, where the report is."""
    lines = [f"abtui met something unexpected and had to end: {printable(cleaned(summary, list(known)))[:300]}"]
    if kept:
        lines.append("Your unsaved changes are kept: they are offered when you open the same files again.")
    else:
        lines.append("There were no unsaved changes to lose.")
    if report is not None:
        lines.append(f"A report, with keys masked, is in {report}")
        lines.append("Read it before you pass it on: it helps to mend this.")
    return "\n".join(lines)
