"""Where marks and lines have to be drawn in ASCII. It is asked before any library is loaded."""

from __future__ import annotations

from collections.abc import Mapping


def needs_ascii(env: Mapping[str, str]) -> bool:
    """Whether a terminal of this environment may draw the marks wrong: the Linux console, or an East Asian one, where they are two cells wide."""
    language = next((env[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if env.get(name)), "")
    return env.get("TERM") == "linux" or language.startswith(("ja", "ko", "zh"))
