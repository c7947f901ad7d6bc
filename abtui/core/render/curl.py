"""A request as a curl command that can be pasted into a shell. The key is a variable of that shell, never the key."""

from __future__ import annotations

import shlex

from abtui.core.delivery.request import KEY_HEADER
from abtui.core.outcomes import Request
from abtui.core.text.plain import single_line
from abtui.core.text.secret import KEY_VARIABLE


def curl(request: Request) -> str:
    """The command, over several lines. The body is quoted for a POSIX shell."""
    parts = [f"curl -X {request.method} {shlex.quote(single_line(request.url))}"]
    for name, value in request.headers.items():
        # Double quotes, so that the shell puts the key in.
        quoted = (
            f'"{KEY_HEADER}: ${KEY_VARIABLE}"' if name == KEY_HEADER else shlex.quote(single_line(f"{name}: {value}"))
        )
        parts.append(f"-H {quoted}")
    parts.append(f"--data-raw {shlex.quote(request.body_bytes.decode())}")
    return " \\\n  ".join(parts)
