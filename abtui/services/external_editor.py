"""Editing a text in the person's own editor, through a file that only they can read."""

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
from abtui.services.errors import ServiceError

_VARIABLES: Final = ("VISUAL", "EDITOR")
_COMMON: Final = ("editor", "vi", "nano") if os.name != "nt" else ("notepad",)
"""What is started where neither is set, the first that is there."""


class EditorError(ServiceError):
    """There is no editor to start, or what came back cannot be used."""


def editor_command(env: Mapping[str, str]) -> list[str]:
    """The editor of `VISUAL` or else `EDITOR`, with its arguments (`code --wait`), or a common one. No shell reads it. Raises EditorError."""
    name = next((name for name in _VARIABLES if env.get(name, "").strip()), None)
    if name is None:
        common = next((word for word in _COMMON if shutil.which(word, path=env.get("PATH"))), None)
        if common is not None:
            return [common]
        raise EditorError("There is no editor to start.", "Set $EDITOR before abtui starts: export EDITOR=nano")
    try:
        words = shlex.split(env[name], posix=os.name != "nt")
    except ValueError as error:
        raise EditorError(f"${name} cannot be read: {str(error).lower()}.", "Check its quotes.") from error
    if not words or shutil.which(words[0], path=env.get("PATH")) is None:
        raise EditorError(f"The editor of ${name} was not found.", f"Is {words[0] if words else 'it'} installed?")
    return words


def edit_text(text: str, command: Sequence[str], name: str) -> str:
    """What the person makes of `text` in a file called `name`, once the editor has ended. Raises EditorError.

    The file is removed. Only where its content cannot be used although it was changed, it stays, and the error tells where.
    """
    folder = Path(tempfile.mkdtemp(prefix="abtui-"))
    path = folder / name
    keep = False
    try:
        before = text.encode("utf-8", "surrogatepass")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(before)
        try:
            code = subprocess.run([*command, str(path)], check=False).returncode  # noqa: S603 - no shell reads it
        except OSError as error:
            raise EditorError(
                f"The editor cannot be started: {(error.strerror or str(error)).lower()}.", "Check $EDITOR."
            ) from error
        try:
            after = path.read_bytes()
        except OSError as error:
            raise EditorError("The editor left no file behind.", "Nothing was changed.") from error
        kept = f"What you wrote is in {file_name(str(path))}" if after != before else "Nothing was changed."
        keep = after != before
        if code:
            raise EditorError(f"The editor ended with code {code}, so its text was not taken.", kept)
        edited = _decoded(after, kept)
        keep = False
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    if "\r\n" not in text:
        edited = edited.replace("\r\n", "\n")
    # Editors end a file with a line break, which the text need not have.
    return edited[:-1] if edited.endswith("\n") and not text.endswith("\n") else edited


def _decoded(data: bytes, kept: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EditorError(f"The text is not UTF-8: line {line} has bytes that are no character.", kept) from error
