"""Editing a text in the user's own editor, through a file that only they can read."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from abtui.core.text.plain import file_name
from abtui.services.errors import ServiceError, error_reason

_VARIABLES: Final = ("VISUAL", "EDITOR")
_COMMON: Final = ("editor", "vi", "nano") if os.name != "nt" else ("notepad",)
"""The editors to try, in order, if neither variable is set."""


class EditorError(ServiceError):
    """There is no editor to start, or its result cannot be used."""


def editor_command(env: Mapping[str, str]) -> list[str]:
    """The editor in `VISUAL` or else `EDITOR`, with its arguments (`code --wait`), or a common one. Uses no shell. Raises EditorError."""
    name = next((name for name in _VARIABLES if env.get(name, "").strip()), None)
    if name is None:
        common = next((word for word in _COMMON if shutil.which(word, path=env.get("PATH"))), None)
        if common is not None:
            return [common]
        raise EditorError("There is no editor to start.", "Set $EDITOR before you start abtui: export EDITOR=nano")
    try:
        words = shlex.split(env[name], posix=os.name != "nt")
    except ValueError as error:
        raise EditorError(f"${name} cannot be read: {str(error).lower()}.", "Check its quotes.") from error
    if not words or shutil.which(words[0], path=env.get("PATH")) is None:
        raise EditorError(f"The editor of ${name} was not found.", f"Is {words[0] if words else 'it'} installed?")
    return words


def edit_text(text: str, command: Sequence[str], name: str) -> str:
    """The text after the user edited it in a file called `name`, once the editor has ended. Raises EditorError.

    The file is removed, unless it was changed and its content cannot be used: then it stays, and the error says where.
    """
    folder = Path(tempfile.mkdtemp(prefix="abtui-"))
    path = folder / name
    keep = False
    try:
        before = text.encode("utf-8", "surrogatepass")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(before)
        try:
            code = subprocess.run([*command, str(path)], check=False).returncode  # noqa: S603 - no shell
        except OSError as error:
            raise EditorError(f"The editor cannot be started: {error_reason(error)}.", "Check $EDITOR.") from error
        try:
            after = path.read_bytes()
        except OSError as error:
            raise EditorError("The editor left no file behind.", "Nothing was changed.") from error
        kept = f"What you wrote is in {file_name(str(path))}" if after != before else "Nothing was changed."
        keep = after != before
        if code:
            raise EditorError(f"The editor ended with code {code}, so its text is not used.", kept)
        try:
            edited = after.decode()
        except UnicodeDecodeError as error:
            line = after.count(b"\n", 0, error.start) + 1
            message = f"The text is not UTF-8: line {line} has bytes that are no character."
            raise EditorError(message, kept) from error
        keep = False
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    if "\r\n" not in text:
        edited = edited.replace("\r\n", "\n")
    # Editors end a file with a line break, which the text may not have had.
    return edited[:-1] if edited.endswith("\n") and not text.endswith("\n") else edited
