"""Record the uses of the workbench in a real terminal: `python -m tests.sessions.record [FOLDER]` (needs tmux).

Writes a text file for each story into docs/sessions, or FOLDER: the keys, and the screen after them.
"""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.sessions.stories import STORIES, Move, Posted, Story

ROOT: Final = Path(__file__).parent.parent.parent
COLUMNS, ROWS = 100, 30
_SECONDS: Final = 20
_CALM_SECONDS: Final = 0.3
"""So long the screen must not change before it is recorded."""

_ESCAPE_SECONDS: Final = 0.3


_NUMBERS: Final = itertools.count()


class Terminal:
    """A terminal in tmux, on a server of its own; a context manager that ends it."""

    def __init__(self, arguments: tuple[str, ...], folder: str) -> None:
        # A server of the same name may still be on its way out.
        self._socket = f"abtui-{os.getpid()}-{next(_NUMBERS)}"
        self._address = ""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("ABSMARTLY_", "TMUX"))}
        environment |= {"ABTUI_HOME": folder, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}
        self._environment = environment
        self._tmux(
            "-f", os.devnull, "new-session", "-d", "-x", str(COLUMNS), "-y", str(ROWS), "-c", folder,
            sys.executable, "-m", "abtui", *arguments,
        )  # fmt: skip

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["tmux", "-L", self._socket, "kill-server"], check=False, capture_output=True)

    def _tmux(self, *arguments: str) -> str:
        command = ["tmux", "-L", self._socket, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=self._environment).stdout

    def press(self, key: str) -> None:
        """Press a key by its name, or type a text."""
        named = len(key) == 1 or re.fullmatch(r"C-.|F\d+|[A-Z]+[a-z]+", key)
        self._tmux("send-keys", *(() if named and len(key) > 1 else ("-l",)), key)
        if key == "Escape":
            # With another key close behind it would be that key with alt.
            time.sleep(_ESCAPE_SECONDS)

    @property
    def screen(self) -> str:
        """The characters on screen, without what is another each time."""
        return "\n".join(_constant(line).rstrip() for line in self._tmux("capture-pane", "-p").splitlines())

    @property
    def address(self) -> str:
        """The address at which the workbench listens, from when it was on screen first."""
        if not self._address:
            found = re.search(r"http://127\.0\.0\.1:\d+", self._tmux("capture-pane", "-p"))
            self._address = found[0] if found else ""
        return self._address

    def until(self, sees: str) -> str:
        """The screen once the pattern is on it and it is calm."""
        end, seen, since = time.monotonic() + _SECONDS, "", time.monotonic()
        while time.monotonic() < end:
            screen = self.screen
            if screen != seen:
                seen, since = screen, time.monotonic()
            elif time.monotonic() - since >= _CALM_SECONDS and re.search(sees, screen, re.DOTALL):
                return screen
            time.sleep(0.05)
        raise SystemExit(f"{sees!r} did not come on screen:\n{seen}")


def _constant(line: str) -> str:
    """Ports as `PORT`, durations as `N`, times as a day's; what stands at the right edge stays there."""
    line = re.sub(r"\b\d\d:\d\d:\d\d\b", "09:41:07", line)
    line = re.sub(r"\b1[789]\d{11}\b", "1773738000000", line)
    line = re.sub(r"\bfor \d+ s:", "for 9 s:", line)
    line = re.sub(r"(127\.0\.0\.1:)(\d+)", lambda found: found[1] + "PORT".ljust(len(found[2])), line)
    return re.sub(r"\bin ([\d.]+) (m?s)\b(.*?)( *)(│?)$", _duration, line)


def _duration(found: re.Match[str]) -> str:
    number, unit, rest, room, edge = found.groups()
    return f"in N {unit}{rest}{room}{' ' * (len(number) - 1) if edge else ''}{edge}"


def record(story: Story) -> str:
    """Play a story, and give what is to be kept of it."""
    keys = sum(len(move.keys) for move in story.moves)
    parts = [f"{story.title}: {keys} keys\n\n$ abtui{''.join(f' {word}' for word in story.arguments)}"]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as around:
        # Its name is seen where a file is picked.
        folder = Path(around) / "northlight"
        folder.mkdir()
        if story.config:
            (folder / "shop.yaml").write_text(story.config, encoding="utf-8")
        with Terminal(story.arguments, str(folder)) as terminal:
            parts += [_played(terminal, move) for move in story.moves]
    return "\n\n".join(parts) + "\n"


def _played(terminal: Terminal, move: Move) -> str:
    if move.posts:
        _post(terminal.address, move.posts)
    for key in move.keys:
        terminal.press(key)
    runs = [(key, len(list(same))) for key, same in itertools.groupby(move.keys)]
    pressed = " ".join(key if times == 1 else f"{key}×{times}" for key, times in runs)
    pressed = f"[{pressed}] " if pressed else ""
    rule = "─" * COLUMNS
    return f"{pressed}{move.why}\n{rule}\n{terminal.until(move.sees)}\n{rule}"


def _post(address: str, posts: tuple[Posted, ...]) -> None:
    """Let Segment's SDK post, one request after the other."""
    from segment.analytics import Client

    client = Client("any-key", host=address, sync_mode=True)
    for post in posts:
        getattr(client, post.method)(**post.arguments)


def main() -> None:
    """Record all stories."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "sessions"
    folder.mkdir(parents=True, exist_ok=True)
    for story in STORIES:
        (folder / f"{story.name}.txt").write_text(record(story), encoding="utf-8")
        print(folder / f"{story.name}.txt")


if __name__ == "__main__":
    main()
