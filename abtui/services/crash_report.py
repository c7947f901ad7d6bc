"""The report and the message of a crash. Keys are masked in both."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from abtui import __version__
from abtui.core.text.mask_keys import cleaned
from abtui.core.text.plain import printable
from abtui.core.text.secret import Secret
from abtui.services.own_files import state_folder, write_private

_LIBRARIES: Final = ("textual", "rich", "msgspec", "orjson", "httpx")
_VARIABLES: Final = ("TERM", "COLORTERM", "TERM_PROGRAM", "LANG", "TEXTUAL_DRIVER")
_PATHS: Final = ("TMUX", "SSH_TTY")
"""Variables that hold a path. It is not reported; whether they are set is enough."""


def crash_report(
    traceback: str, facts: Mapping[str, str], actions: Sequence[str], known: Iterable[Secret], *, at: str
) -> str:
    """The text of a report: the time, the `facts`, the last actions, and the traceback without values."""
    lines = [f"abtui met something unexpected at {at}.", ""]
    lines += [f"{name}: {value}" for name, value in facts.items()]
    lines += ["", "Last actions, the newest last:", *(f"  {action}" for action in actions)]
    lines += ["", traceback.rstrip(), ""]
    return printable(cleaned("\n".join(lines), list(known)))


def crash_message(summary: str, report: str | None, *, kept: bool, known: Iterable[Secret]) -> str:
    """The message left on the terminal: what happened, whether a draft was kept, and where the report is."""
    lines = [f"abtui met something unexpected and had to end: {printable(cleaned(summary, list(known)))[:300]}"]
    if kept:
        lines.append("Your unsaved changes were kept: they will be offered when you open the same files again.")
    else:
        lines.append("There were no unsaved changes to lose.")
    if report is not None:
        lines.append(f"A report, with keys masked, is in {report}")
        lines.append("Please read it before you pass it on. It helps to fix this.")
    return "\n".join(lines)


def write_crash_report(text: str, stamp: str) -> Path:
    """Write a report to a file named after `stamp` (`20260131-091500`). Raises FileError."""
    path = state_folder() / "reports" / f"crash-{stamp}.txt"
    write_private(path, text)
    return path


def environment_facts(env: Mapping[str, str]) -> dict[str, str]:
    """The versions, the platform and the terminal."""
    facts = {
        "abtui": __version__,
        "python": platform.python_version(),
        "platform": f"{sys.platform} {platform.release()}",
    }
    for name in _LIBRARIES:
        try:
            facts[name] = version(name)
        except PackageNotFoundError:
            facts[name] = "not installed"
    facts |= {name: env[name] for name in _VARIABLES if name in env}
    facts |= {name: "set" for name in _PATHS if name in env}
    return facts
