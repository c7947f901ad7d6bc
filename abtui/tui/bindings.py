"""The keys of the workbench: the one table that footer, help, palette and documentation read."""

from __future__ import annotations

from textual.binding import Binding

WORKBENCH: list[Binding] = [
    Binding(
        "e",
        "show_pane('event')",
        "Edit",
        id="event.edit",
        tooltip="Edit the selected event; the payload follows each key",
    ),
    Binding(
        "s,ctrl+r",
        "send",
        "Send",
        id="event.send",
        tooltip="Send the selected event to the target (ctrl+r from an editor)",
    ),
    Binding("n", "new_event", "New", id="event.new", tooltip="Add an event to edit"),
    Binding("ctrl+t", "next_target", "Target", id="target.next", tooltip="Choose the next target"),
    Binding(
        "slash",
        "filter",
        "Filter",
        key_display="/",
        id="list.filter",
        # At once, not after the key has gone through the widgets: what is typed next belongs into the filter. Escape, too,
        # or it would be overtaken.
        priority=True,
        tooltip="Filter the list: type:track verdict:drop finding:UNIT-* goal: user: reason: name: source: or any text;"
        " - before a term turns it round",
    ),
    Binding(
        "v",
        "next_verdict",
        "Verdict",
        id="list.verdict",
        tooltip="Show only events of the next verdict; the last choice is those with errors or warnings",
    ),
    Binding("t", "next_type", "Type", id="list.type", show=False, tooltip="Show only events of the next type"),
    Binding(
        "escape",
        "leave",
        "Back to the list",
        id="list.focus",
        show=False,
        priority=True,
        tooltip="Leave an editor; in the list, clear the filter",
    ),
    Binding(
        "o,ctrl+o",
        "open",
        "Open",
        id="file.open",
        tooltip="Open files or folders of events, or a config (ctrl+o from an editor)",
    ),
    Binding("ctrl+s", "save", "Save", id="file.save", tooltip="Save the config, else edited events"),
    Binding(
        "p", "show_tab('payload')", "Payload", id="result.payload", show=False, tooltip="The body that would be sent"
    ),
    Binding("w", "show_tab('why')", "Why", id="result.why", tooltip="Every step the mapping took"),
    Binding(
        "f",
        "show_tab('findings')",
        "Findings",
        id="result.findings",
        show=False,
        tooltip="What is notable about this event",
    ),
    Binding(
        "right_square_bracket",
        "step_tab(1)",
        "Next tab",
        key_display="]",
        id="result.next",
        show=False,
        tooltip="Next tab of the result",
    ),
    Binding(
        "left_square_bracket",
        "step_tab(-1)",
        "Previous tab",
        key_display="[",
        id="result.previous",
        show=False,
        tooltip="Previous tab of the result",
    ),
    Binding(
        "1,f2",
        "show_pane('events')",
        "Events",
        id="pane.events",
        show=False,
        tooltip="Go to the list (F2 from an editor)",
    ),
    Binding(
        "2,f3",
        "show_pane('event')",
        "Event",
        id="pane.event",
        show=False,
        tooltip="Go to the event (F3 from an editor)",
    ),
    Binding(
        "3,f4",
        "show_pane('result')",
        "Result",
        id="pane.result",
        show=False,
        tooltip="Go to the result (F4 from an editor)",
    ),
    Binding(
        "4,f5",
        "show_pane('config')",
        "Config",
        id="pane.config",
        show=False,
        tooltip="Go to the config (F5 from an editor)",
    ),
    Binding("y", "copy('payload')", "Copy payload", id="copy.payload", show=False, tooltip="Copy the payload as JSON"),
    Binding(
        "c",
        "copy('curl')",
        "Copy curl",
        id="copy.curl",
        show=False,
        tooltip="Copy the request as curl; the key is $ABSMARTLY_API_KEY",
    ),
    Binding(
        "Y", "copy('outcome')", "Copy outcome", id="copy.outcome", show=False, tooltip="Copy the whole outcome as JSON"
    ),
]

APP: list[Binding] = [
    Binding(
        "question_mark,f1", "help", "Keys", key_display="?", id="app.help", tooltip="Show all keys (F1 from an editor)"
    ),
    Binding("l", "toggle_theme", "Light/dark", id="app.theme", show=False, tooltip="Switch between light and dark"),
    Binding("q", "quit", "Quit", id="app.quit-list", show=False, tooltip="Quit; asks if something is unsaved"),
    Binding("ctrl+q", "quit", "Quit", id="app.quit", priority=True, tooltip="Quit, also from an editor"),
]
