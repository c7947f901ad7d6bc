"""The key bindings of the workbench, in one table for the footer, help, palette, keymap file and documentation.

The first word of an id is its group in the help. Screens and panels import their groups from here; no other module
binds keys of the workbench.
"""

from __future__ import annotations

from textual.binding import Binding


def _key(
    id: str,
    keys: str,
    action: str,
    word: str,
    tooltip: str,
    *,
    show: bool = False,
    display: str = "",
    first: bool = False,
) -> Binding:
    """A binding. `show` puts it in the key bar. `first` makes it act before any widget handles the key."""
    return Binding(keys, action, word, id=id, tooltip=tooltip, show=show, key_display=display or None, priority=first)


_FILTER = (
    "Filter the list: type:track fate:ignored finding:UNIT-* goal: user: reason: name: text: source: or any text of an event;"
    " - before a term negates it"
)

EVENT: list[Binding] = [
    _key(
        "event.edit",
        "e",
        "show_pane('event')",
        "Edit",
        "Edit the selected event; the payload follows each key",
        show=True,
    ),
    _key(
        "event.send",
        "s,ctrl+r",
        "send",
        "Send",
        "Send the selected event to the target (ctrl+r from an editor)",
        show=True,
    ),
    _key("event.send-several", "S", "send_several", "Send several", "Plan a send: selected, marked, filtered or all"),
    _key("event.new", "n", "new_event", "New", "Add an event to edit", show=True),
    _key("event.remove", "delete,backspace", "remove_event", "Remove", "Remove an added or pasted event"),
    _key(
        "event.map",
        "m",
        "map_event",
        "Map",
        "Map this event to a goal, or see why that cannot be done",
        show=True,
    ),
]

TARGET: list[Binding] = [
    _key("target.next", "ctrl+t", "next_target", "Target", "Choose the next target", show=True),
    _key(
        "target.test",
        "h",
        "test_connection",
        "Test connection",
        "Check that the collector answers, accepts the key and knows the environment",
    ),
]

LIST: list[Binding] = [
    # These act before the key goes through the widgets, as the next key belongs in the filter. Escape must be as fast,
    # or the filter key would overtake it.
    _key("list.filter", "slash", "filter", "Filter", _FILTER, show=True, display="/", first=True),
    _key(
        # The id keeps its old name because users' keymap files contain it.
        "list.verdict",
        "v",
        "next_fate",
        "Fate",
        "Show only events of the next fate; after the last fate, those with errors or warnings",
        show=True,
    ),
    _key("list.type", "t", "next_type", "Type", "Show only events of the next type"),
    _key("list.mark", "space", "mark", "Mark", "Mark or unmark the event, and go to the next"),
    _key("list.mark-all", "a", "mark_all", "Mark all", "Mark all events shown; press again to unmark them"),
    _key(
        "list.focus",
        "escape",
        "leave",
        "List",
        "Leave an editor; in the list, clear the filter",
        first=True,
    ),
]

FILE: list[Binding] = [
    _key(
        "file.open",
        "o,ctrl+o",
        "open",
        "Open",
        "Open files or folders of events, or a config (ctrl+o from an editor)",
        show=True,
    ),
    _key(
        "file.save", "ctrl+s", "save", "Save", "Save the config if it has changed, or else the edited events", show=True
    ),
    _key(
        "file.editor",
        "E,alt+e",
        "edit_outside",
        "$EDITOR",
        "Edit the event or, in the config pane, the config in $EDITOR (alt+e from an editor)",
    ),
]

RESULT: list[Binding] = [
    _key("result.payload", "p", "show_tab('payload')", "Payload", "Show the body that would be sent"),
    _key("result.why", "w", "show_tab('why')", "Why", "Show every step of the mapping", show=True),
    _key("result.findings", "f", "show_tab('findings')", "Findings", "Show the findings of this event"),
    _key(
        "result.response",
        "r",
        "show_tab('response')",
        "Response",
        "Show the collector's answer, and what Segment would show",
    ),
    _key("result.diff", "d", "show_tab('diff')", "Diff", "Compare the event's payload with the baseline"),
    _key(
        "result.next",
        "right_square_bracket",
        "step_tab(1)",
        "Next tab",
        "Go to the next tab of the result",
        display="]",
    ),
    _key(
        "result.previous",
        "left_square_bracket",
        "step_tab(-1)",
        "Previous tab",
        "Go to the previous tab of the result",
        display="[",
    ),
]

FINDINGS: list[Binding] = [
    _key(
        "findings.panel",
        "5,f6,alt+5",
        "show_panel('findings')",
        "All findings",
        "Show the findings of all events and of the config (F6 from an editor)",
    ),
    _key(
        "findings.fix",
        "full_stop",
        "fix",
        "Fix",
        "Fix the finding under the cursor, or the event's, if exactly one fix is certain",
        display=".",
    ),
]

PANE: list[Binding] = [
    _key("pane.events", "1,f2,alt+1", "show_pane('events')", "Events", "Go to the list (F2 from an editor)"),
    _key("pane.event", "2,f3,alt+2", "show_pane('event')", "Event", "Go to the event (F3 from an editor)"),
    _key("pane.result", "3,f4,alt+3", "show_pane('result')", "Result", "Go to the result (F4 from an editor)"),
    _key("pane.config", "4,f5,alt+4", "show_pane('config')", "Config", "Go to the config (F5 from an editor)"),
]

IMPACT: list[Binding] = [
    _key(
        "impact.panel",
        "6,f7,alt+6",
        "show_panel('impact')",
        "Impact",
        "Compare the effect of the config on all events with the baseline (F7 from an editor)",
    ),
    _key(
        "impact.pin",
        "b",
        "pin",
        "Baseline",
        "Pin the current results as the baseline; press again to drop it",
        show=True,
    ),
    _key("impact.compare", "B", "compare_with", "Compare", "Compare with another config: a file, or git:REV:PATH"),
    _key(
        "impact.changed",
        "x",
        "show_changed",
        "Changed",
        "Show only events that change against the baseline; press again to show all",
    ),
]

PANEL_SENDING: list[Binding] = [
    _key(
        "panel.sending",
        "7,f8,alt+7",
        "show_panel('sending')",
        "Sending",
        "Show the progress of a send and its answers",
    ),
    _key("panel.history", "8,f9,alt+8", "show_panel('history')", "History", "Show what this and earlier sessions sent"),
]

JUMP: list[Binding] = [
    _key(
        "jump.to",
        "semicolon,alt+j",
        "jump",
        "Jump",
        "Label every pane, tab and row in view; type a label to go there (alt+j from an editor)",
        display=";",
    ),
]

SIZE: list[Binding] = [
    # First in the key bar while it is active: a user who sees only one pane must see the way back.
    _key("size.unzoom", "z,alt+z", "unzoom", "All panes", "Show all panes again (alt+z from an editor)", show=True),
    _key("size.zoom", "z,alt+z", "zoom", "Zoom", "Give the focused pane the whole screen (alt+z from an editor)"),
    _key("size.wider", "greater_than_sign", "widen(1)", "Wider", "Make the focused pane wider", display=">"),
    _key("size.narrower", "less_than_sign", "widen(-1)", "Narrower", "Make the focused pane narrower", display="<"),
    _key("size.higher", "plus", "heighten(1)", "Higher", "Make the drawer higher", display="+"),
    _key("size.lower", "minus", "heighten(-1)", "Lower", "Make the drawer lower", display="-"),
    _key("size.reset", "equals_sign", "reset_sizes", "Sizes", "Reset all panes to their original sizes", display="="),
]

CONFIG: list[Binding] = [
    _key(
        "config.form",
        "ctrl+g",
        "toggle_form",
        "Form",
        "Switch the config between YAML and Segment's form",
        show=True,
    ),
    _key(
        "config.new",
        "C",
        "new_config",
        "Make a config",
        "If there is no config, start one like that of abtui init; it is not saved yet",
        show=True,
    ),
    _key("config.undo", "u", "undo_config", "Undo", "Undo the last change to the config"),
]

TRACE: list[Binding] = [
    _key("trace.unused", "i,alt+i", "show_unused", "Used?", "Show which fields of the event are used: dim the others"),
    _key(
        "trace.follow",
        "ctrl+right_square_bracket",
        "follow",
        "Follow",
        "Go from the event or the config to the payload's field; from there (also Enter) to its field or setting",
        display="^]",
    ),
]

COPY: list[Binding] = [
    _key("copy.payload", "y", "copy('payload')", "Copy payload", "Copy the payload as JSON"),
    _key("copy.curl", "c", "copy('curl')", "Copy curl", "Copy the request as curl; the key is $ABSMARTLY_API_KEY"),
    _key("copy.outcome", "Y", "copy('outcome')", "Copy outcome", "Copy the whole outcome as JSON"),
]

TOUR: list[Binding] = [
    _key("tour.begin", "T", "tour", "Tour", "Start or end the tour of the demo"),
    # These act before the widgets: during the tour its keys work everywhere except where text is typed.
    _key("tour.next", "right,space,enter", "tour_next", "Next step", "Go to the next step of the tour", first=True),
    _key(
        "tour.back", "left,backspace", "tour_back", "Previous step", "Go to the previous step of the tour", first=True
    ),
    _key("tour.end", "escape", "tour_end", "End the tour", "End the tour; everything stays open", first=True),
]

WORKBENCH: list[Binding] = [
    *SIZE,
    *EVENT,
    *TARGET,
    *LIST,
    *FILE,
    *RESULT,
    *FINDINGS,
    *PANE,
    *IMPACT,
    *PANEL_SENDING,
    *JUMP,
    *CONFIG,
    *TRACE,
    *COPY,
    *TOUR,
]
"""The bindings of the workbench's screen, in the order of the key bar."""

APP: list[Binding] = [
    _key("app.help", "question_mark,f1", "help", "Keys", "Show all keys (F1 from an editor)", show=True),
    _key("app.theme", "l", "toggle_theme", "Light/dark", "Switch between light and dark"),
    # A binding of the app that is `first` also works over dialogs, the palette and the jump labels, which are modal.
    _key(
        "app.picture",
        "f12",
        "app.picture",
        "Picture",
        "Save the screen as an SVG file in the working folder",
        first=True,
    ),
    _key("app.palette", "ctrl+p", "command_palette", "Palette", "Find any action by its name", first=True),
    _key(
        "app.next-theme", "L", "next_theme", "Theme", "Switch to the next theme: dark, light, high contrast, 16 colours"
    ),
    # `first`, so that it works in an editor as well, as in any terminal program. Undo is ctrl+_ there.
    _key(
        "app.suspend", "ctrl+z", "suspend_process", "Suspend", "Suspend abtui; fg in the shell resumes it", first=True
    ),
    _key("app.quit-list", "q", "quit", "Quit", "Quit; asks if something is unsaved"),
    _key("app.quit", "ctrl+q", "quit", "Quit", "Quit, also from an editor", show=True, first=True),
]
