"""The themes of the workbench: a dark and a light one, two of high contrast, and one for terminals of 16 colours.

Contrast follows WCAG 2.2 (1.4.3 and 1.4.6): all text, including muted text, has a ratio of at least 4.5:1, and 7:1 in the
high-contrast themes. The theme of 16 colours uses the terminal's own colours, which its user chose.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.theme import Theme

DARK: Final = "abtui-dark"
LIGHT: Final = "abtui-light"
CONTRAST_DARK: Final = "abtui-contrast-dark"
CONTRAST_LIGHT: Final = "abtui-contrast-light"
SIXTEEN: Final = "abtui-16"

CYCLE: Final = (DARK, LIGHT, CONTRAST_DARK, CONTRAST_LIGHT, SIXTEEN)
"""The themes in the order in which their key cycles through them."""

_OTHER_SIDE: Final[Mapping[str, str]] = {CONTRAST_DARK: CONTRAST_LIGHT, CONTRAST_LIGHT: CONTRAST_DARK}

THEMES: Final = (
    Theme(
        name=DARK,
        dark=True,
        primary="#0178d4",
        secondary="#4f9fdd",
        accent="#ffa62b",
        warning="#ffa62b",
        error="#d8506f",
        success="#4ebf71",
        foreground="#e0e0e0",
        background="#121212",
        surface="#1e1e1e",
        variables={
            "text-muted": "#a8a8a8",
            "foreground-muted": "#a8a8a8",
            "block-cursor-background": "#0163b0",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-blurred-background": "#15334a",
            "block-cursor-blurred-foreground": "#e0e0e0",
        },
    ),
    Theme(
        name=LIGHT,
        dark=False,
        primary="#0b4f8a",
        secondary="#0b5fa5",
        accent="#8a4b00",
        warning="#8a4b00",
        error="#a3123a",
        success="#14602c",
        foreground="#1a1a1a",
        background="#e4e4e4",
        surface="#f4f4f4",
        panel="#dcdcdc",
        variables={
            "button-color-foreground": "#ffffff",
            "text": "#1a1a1a",
            "primary-muted": "#c3d7e8",
            "text-muted": "#4a4a4a",
            "foreground-muted": "#4a4a4a",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-blurred-background": "#c3d7e8",
            "block-cursor-blurred-foreground": "#1a1a1a",
            "input-selection-background": "#9cc4e6",
            "footer-key-foreground": "#0b4f8a",
        },
    ),
    Theme(
        name=CONTRAST_DARK,
        dark=True,
        primary="#4da6ff",
        secondary="#7fc4ff",
        accent="#ffd24d",
        warning="#ffd24d",
        error="#ff8f8f",
        success="#6ee787",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#1a1a1a",
        variables={
            "text": "#ffffff",
            "text-primary": "#b5d0ff",
            "text-muted": "#d0d0d0",
            "foreground-muted": "#d0d0d0",
            "block-cursor-foreground": "#000000",
            "block-cursor-background": "#ffd24d",
            "block-cursor-blurred-background": "#333333",
            "block-cursor-blurred-foreground": "#ffffff",
            "input-selection-background": "#00458a",
            "footer-key-foreground": "#ffd24d",
            "border": "#ffd24d",
            "border-blurred": "#a0a0a0",
            "button-color-foreground": "#000000",
        },
    ),
    Theme(
        name=CONTRAST_LIGHT,
        dark=False,
        primary="#003b73",
        secondary="#003b73",
        accent="#5c3300",
        warning="#5c3300",
        error="#7d0023",
        success="#004a17",
        foreground="#000000",
        background="#ffffff",
        surface="#ffffff",
        panel="#ececec",
        variables={
            "text": "#000000",
            "text-muted": "#303030",
            "foreground-muted": "#303030",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-background": "#003b73",
            "block-cursor-blurred-background": "#d6e4f2",
            "block-cursor-blurred-foreground": "#000000",
            "input-selection-background": "#b8d8f5",
            "footer-key-foreground": "#003b73",
            "button-color-foreground": "#ffffff",
            "border": "#003b73",
            "border-blurred": "#505050",
        },
    ),
    Theme(
        name=SIXTEEN,
        ansi=True,
        dark=True,
        primary="ansi_bright_blue",
        secondary="ansi_bright_cyan",
        warning="ansi_bright_yellow",
        error="ansi_bright_red",
        success="ansi_bright_green",
        accent="ansi_bright_yellow",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        variables={
            "ansi-background": "ansi_black",
            "ansi-foreground": "ansi_white",
            "block-cursor-foreground": "ansi_black",
            "block-cursor-background": "ansi_bright_cyan",
            "block-cursor-blurred-foreground": "ansi_black",
            "block-cursor-blurred-background": "ansi_white",
            "input-cursor-background": "ansi_bright_white",
            "input-cursor-foreground": "ansi_black",
            "input-cursor-text-style": "none",
            "input-selection-background": "ansi_blue",
            "input-selection-foreground": "ansi_bright_white",
            "screen-selection-background": "ansi_blue",
            "screen-selection-foreground": "ansi_bright_white",
            "border": "ansi_bright_cyan",
            "border-blurred": "ansi_white",
        },
    ),
)

_MANY_COLOURS: Final = ("256color", "kitty", "truecolor", "direct", "ghostty", "alacritty")
"""Endings of the names of terminals that show at least 256 colours."""


def has_few_colours(env: Mapping[str, str], legacy_windows: bool = False) -> bool:
    """Whether the terminal shows fewer than 256 colours, by `TERM` and `COLORTERM`. `TEXTUAL_COLOR_SYSTEM` overrides them."""
    system, term = env.get("TEXTUAL_COLOR_SYSTEM", ""), env.get("TERM", "").lower()
    if system in ("256", "truecolor"):
        return False
    if legacy_windows or system in ("standard", "windows"):
        return True
    if env.get("COLORTERM", "").lower() in ("truecolor", "24bit") or not term:
        return False
    return not term.endswith(_MANY_COLOURS)


def first_theme(env: Mapping[str, str], legacy_windows: bool = False) -> str:
    """The theme to begin with: the one named in TEXTUAL_THEME, or one that the terminal can show."""
    return env.get("TEXTUAL_THEME") or (SIXTEEN if has_few_colours(env, legacy_windows) else DARK)


def next_theme(name: str) -> str:
    """The theme after `name`; the first one after a theme that is not the workbench's."""
    return CYCLE[(CYCLE.index(name) + 1) % len(CYCLE)] if name in CYCLE else CYCLE[0]


def other_side(name: str, dark: bool) -> str:
    """The light counterpart of a dark theme, and the other way round."""
    return _OTHER_SIDE.get(name, LIGHT if dark else DARK)
