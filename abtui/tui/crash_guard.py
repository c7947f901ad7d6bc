"""The handling of unexpected errors: the app ends cleanly, keeps unsaved work and writes a report without any key."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, TypeVar

from textual.actions import ActionParseResult
from textual.app import App
from textual.dom import DOMNode
from textual.notifications import Notify, SeverityLevel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from abtui.core.text.secret import Secret

T = TypeVar("T")
_ACTIONS: Final = 30
_LEAST_SECONDS: Final[Mapping[str, float]] = {"information": 4, "warning": 8, "error": 12}
_READ_PER_SECOND: Final = 15
"""The reading speed, in characters, that decides how long a message is shown."""


class CrashGuard(App[int]):
    """An app that records its last actions for a crash report and shows messages for as long as reading them takes."""

    def __init__(self) -> None:
        super().__init__()
        self._last_actions: deque[str] = deque(maxlen=_ACTIONS)
        self._crashed = False

    def keep_work(self) -> bool:
        """Write unsaved work to a draft on disk immediately. True if there was any."""
        return False

    def known_secrets(self) -> list[Secret]:
        """The API keys that this process knows."""
        return []

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a message, by default for as long as reading it takes."""
        if timeout is None:
            timeout = max(_LEAST_SECONDS[severity], 3 + (len(title) + len(message)) / _READ_PER_SECOND)
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def _on_notify(self, event: Notify) -> None:
        # Do not stack equal notifications: restart the one that is shown.
        new = event.notification
        for old in list(self._notifications):
            if (old.title, old.message, old.severity) == (new.title, new.message, new.severity):
                self._unnotify(old, refresh=False)
        super()._on_notify(event)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action, and record it for a crash report."""
        self._last_actions.append(action if isinstance(action, str) else ".".join(action[:2]))
        return await super().run_action(action, default_namespace, namespaces)

    def _handle_exception(self, error: Exception) -> None:
        if not self._crashed:
            self._crashed = True
            self._report_crash(error)
        # Textual stores the error for tests and the exit code, and closes the app.
        super()._handle_exception(error)

    def panic(self, *renderables: RenderableType) -> None:
        """End the app with a message, unless a crash was already reported."""
        if self._crashed:
            self._close_messages_no_wait()
        else:
            super().panic(*renderables)

    def _print_error_renderables(self) -> None:
        # The error may be that the terminal is gone. The report is on disk.
        with suppress(OSError):
            super()._print_error_renderables()

    def _fatal_error(self) -> None:
        self.bell()
        self._close_messages_no_wait()

    def _report_crash(self, error: BaseException) -> None:
        import traceback

        from rich.text import Text

        from abtui.core.text.mask_keys import secrets_of
        from abtui.services import clock
        from abtui.services.crash_report import crash_message, crash_report, environment_facts, write_crash_report

        # A failed worker's error wraps the original error.
        error = getattr(error, "error", None) or error
        kept = _attempt(self.keep_work, False)
        none: list[Secret] = []
        known = [*_attempt(self.known_secrets, none), *secrets_of(os.environ)]
        now = clock.now()
        stamp = "".join(character for character in now if character.isdigit())
        facts = environment_facts(os.environ) | {"size": f"{self.size.width}x{self.size.height}", "theme": self.theme}
        lines = "".join(traceback.format_exception(error))
        report = crash_report(lines, facts, list(self._last_actions), known, at=now)
        path = _attempt(lambda: str(write_crash_report(report, stamp)), None)
        summary = f"{type(error).__name__}: {error}"
        self._exit_renderables.append(Text(crash_message(summary, path, kept=kept, known=known)))

    @contextmanager
    def threads_guarded(self) -> Iterator[None]:
        """Make an unexpected error in a thread end the app as well; otherwise nobody would notice it."""
        before = threading.excepthook

        def hook(failed: threading.ExceptHookArgs) -> None:
            if isinstance(failed.exc_value, Exception) and self.is_running:
                self.call_from_thread(self._handle_exception, failed.exc_value)
            elif failed.exc_type is not SystemExit:
                before(failed)

        threading.excepthook = hook
        try:
            yield
        finally:
            threading.excepthook = before


def _attempt(what: Callable[[], T], otherwise: T) -> T:
    """The result of `what`, or `otherwise` if it fails: reporting an error must not raise another one in a broken state."""
    try:
        return what()
    except Exception:
        return otherwise
