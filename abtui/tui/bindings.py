"""The key bindings of the workbench, in one table for the footer, help, palette, keymap file and documentation.

The first word of an id is its group in the help. The capabilities and the workbench import their groups from here, and each
screen names the bindings that the key bar shows (`ScreenKind.keys`); lists and panels bind the keys that only they have.
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
    first: bool = False,
) -> Binding:
    """A binding. `first` makes it act before any widget handles the key."""
    return Binding(keys, action, word, id=id, tooltip=tooltip, show=False, priority=first)


_FILTER = (
    "Filter the list: type:track fate:ignored finding:UNIT-* goal: user: reason: name: text: source: or any text of an event;"
    " - before a term negates it"
)

SCREENS: list[Binding] = [
    _key(
        "screen.events",
        "1,f2,alt+1",
        "show_screen('events')",
        "Events",
        "What becomes of each event? (F2 from an editor)",
    ),
    _key("screen.goal", "2,alt+2", "show_screen('goal')", "Goal", "Where is my goal?"),
    _key("screen.config", "3,f5,alt+3", "show_screen('config')", "Config", "What if I change it? (F5 from an editor)"),
    _key(
        "screen.impact",
        "4,f7,alt+4",
        "show_screen('impact')",
        "Impact",
        "Who is affected by the change? (F7 from an editor)",
    ),
    _key(
        "screen.experiment", "5,alt+5", "show_screen('experiment')", "Experiment", "Which goals count in an experiment?"
    ),
    _key("screen.live", "6,alt+6", "show_screen('live')", "Live", "What is coming in from SDKs?"),
    _key(
        "screen.sent",
        "7,f8,f9,alt+7",
        "show_screen('sent')",
        "Sent",
        "Plan, progress, receipts, and the history of all runs (F8 or F9 from an editor)",
    ),
    _key("screen.back", "escape", "back", "Back", "Leave an editor; clear the filter; go back to Events", first=True),
    _key("screen.find-goal", "g", "show_screen('goal')", "Find a goal", "Follow one goal through all events"),
    _key(
        "screen.jump",
        "semicolon,alt+j",
        "jump",
        "Jump",
        "Label every place in view; type a label to go there (Alt+J from an editor)",
    ),
]
"""Which screen is in view; the workbench has these."""

ACTION: list[Binding] = [
    _key(
        "action.all",
        "full_stop",
        "fix_all",
        "Fix all",
        "Go through all certain changes, and apply them with one Enter",
    ),
]

EVENTS: list[Binding] = [
    _key("event.new", "n", "new_event", "New", "Add an event to edit"),
    _key("event.remove", "delete", "remove_event", "Remove", "Remove an added or pasted event"),
]

SENDING: list[Binding] = [
    _key("event.send", "s,ctrl+r", "send", "Send", "Send the selected event to the target (Ctrl+R from an editor)"),
    _key("event.send-several", "S", "send_several", "Send several", "Plan a send: selected, marked, filtered or all"),
    _key("target.next", "ctrl+t", "next_target", "Target", "Choose the next target"),
    _key(
        "target.test",
        "h",
        "test_connection",
        "Test connection",
        "Check that the collector answers, accepts the key and knows the environment",
    ),
]

LIST: list[Binding] = [
    # These act before the key goes through the widgets, as the next key belongs in the filter.
    _key("list.filter", "slash", "filter", "Filter", _FILTER, first=True),
    # The id keeps its old name because users' keymap files contain it.
    _key(
        "list.verdict",
        "v",
        "next_fate",
        "Fate",
        "Show only events of the next fate; after the last fate, those with errors or warnings",
    ),
    _key("list.type", "t", "next_type", "Type", "Show only events of the next type"),
    _key("list.mark", "space", "mark", "Mark", "Mark or unmark the event, and go to the next"),
    _key("list.mark-all", "a", "mark_all", "Mark all", "Mark all events shown; press again to unmark them"),
    _key("list.lines", "z", "toggle_lines", "Lines", "Show each event in two lines, or in one with its goal"),
]
"""The keys of the list of events; the Events screen has these and the next ones."""

EVENT: list[Binding] = [
    _key(
        "event.edit",
        "e,f3",
        "edit_event",
        "Edit event",
        "Edit the selected event; all that follows from it follows each key",
    ),
    _key(
        "event.payload",
        "p,f4",
        "toggle_payload",
        "Payload",
        "Show the payload or the event, where there is room for one",
    ),
    _key("event.steps", "w", "show_mode('steps')", "Why", "Show every step of the mapping"),
    _key(
        "event.findings",
        "f,f6",
        "show_findings",
        "Findings",
        "Show what is worth a look in all events and in the config",
    ),
    _key(
        "event.request",
        "r",
        "show_mode('request')",
        "Request",
        "Show the request, and the answer of the collector if it was sent",
    ),
    _key(
        "event.next-mapping",
        "right_square_bracket",
        "next_mapping(1)",
        "Next mapping",
        "Look at what the next mapping does with the event, of a destination that has several",
    ),
    _key(
        "event.previous-mapping",
        "left_square_bracket",
        "next_mapping(-1)",
        "Previous mapping",
        "Look at what the mapping before does with the event",
    ),
    _key("event.difference", "d", "show_mode('difference')", "Diff", "Compare the event's payload with the baseline"),
    _key(
        "event.follow",
        "ctrl+right_square_bracket",
        "follow",
        "Follow",
        "Go from a field of the event or the payload to what it is tied to",
    ),
]

COPY: list[Binding] = [
    _key("copy.ticket", "y", "copy('ticket')", "Copy note", "Copy a note for a ticket: what, evidence, cause and fix"),
    _key("copy.payload", "Y", "copy('payload')", "Copy payload", "Copy the payload as JSON"),
    _key("copy.curl", "c", "copy('curl')", "Copy curl", "Copy the request as curl; the key is $ABSMARTLY_API_KEY"),
]

FILE: list[Binding] = [
    _key(
        "file.open",
        "o,ctrl+o",
        "open",
        "Open files",
        "Open files or folders of events, or a config (Ctrl+O from an editor)",
    ),
    _key("file.save", "ctrl+s", "save", "Save", "Save the config if it has changed, or else the edited events"),
    _key(
        "file.editor",
        "E,alt+e",
        "edit_outside",
        "$EDITOR",
        "Edit the event or, on the Config screen, the config in $EDITOR (Alt+E from an editor)",
    ),
]

CONFIG: list[Binding] = [
    _key(
        "config.new",
        "C",
        "new_config",
        "Make a config",
        "If there is no config, start one like that of abtui init; it is not saved yet",
    ),
    _key("config.undo", "u", "undo_config", "Undo", "Undo the last change to the config"),
    _key("config.form", "ctrl+g", "toggle_form", "Form", "Switch between the config's YAML and its form"),
]

CONFIG_SCREEN: list[Binding] = [
    _key(
        "config.fix",
        "full_stop,alt+full_stop",
        "fix_line",
        "Fix this line",
        "Make the one certain change for the line of the cursor or the selected finding (Alt+. from the editor)",
    ),
    _key("config.next-finding", "alt+n", "next_finding(1)", "Next finding", "Go to the next line with a finding"),
    _key(
        "config.previous-finding",
        "alt+p",
        "next_finding(-1)",
        "Previous finding",
        "Go to the line with a finding before",
    ),
]
"""The Config screen has these."""

MAPPING: list[Binding] = [
    _key("config.map", "m", "map_event", "Map", "Map the selected event to a goal, or see why that cannot be done"),
]

COMPARING: list[Binding] = [
    _key("impact.pin", "b", "pin", "Baseline", "Pin the current results as the baseline; press again to drop it"),
    _key("impact.compare", "B", "compare_with", "Compare with", "Compare with another config: a file, or git:REV:PATH"),
    _key(
        "impact.changed",
        "x",
        "show_changed",
        "Changed",
        "Show only events that change against the baseline; press again to show all",
    ),
]

TOUR: list[Binding] = [
    _key("tour.begin", "T", "tour", "Tour", "Start or end the tour of the demo"),
    # These act before the widgets: during the tour its keys work everywhere except where text is typed.
    _key("tour.next", "right", "tour_next", "Next step", "Go to the next step of the tour", first=True),
    _key("tour.back", "left", "tour_back", "Previous step", "Go to the previous step of the tour", first=True),
    _key("tour.end", "escape", "tour_end", "End the tour", "End the tour; the demo's config is as before", first=True),
]

WORKBENCH: list[Binding] = [
    *SCREENS,
    *ACTION,
    *EVENT,
    *EVENTS,
    *LIST,
    *SENDING,
    *CONFIG,
    *CONFIG_SCREEN,
    *MAPPING,
    *COMPARING,
    *FILE,
    *COPY,
    *TOUR,
]
"""The bindings of the workbench, in the order of the help."""

APP: list[Binding] = [
    _key("app.help", "question_mark,f1", "help", "All keys", "Show all keys (F1 from an editor)"),
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
    _key("app.quit", "ctrl+q", "quit", "Quit", "Quit, also from an editor", first=True),
]
