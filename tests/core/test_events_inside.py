"""No event is made of what stands inside something that could not be read, and those around it are read all the same."""

from __future__ import annotations

import pytest

from abtui.core.events import Event, read_events

E = '{"type":"track","event":"Inner","userId":"u"}'
AFTER = '{"type":"track","event":"After","userId":"u"}'
EXPORT = """export default [{ "type":"identify", "userId":"u",
  "traits": {"history": [
    @
  ]}}]"""

INSIDE = {
    "an exported list": EXPORT,
    "an exported list of lines": f"export default [\n{E},\n{E}\n]",
    "an assignment": f"x = {{\n  a: [\n{E}\n]}}",
    "an assignment of a list": f"const events = [\n{E},\n{E},\n];",
    "an assignment with type": f"const a: Event[] = [\n{E}\n]",
    "module.exports": f"module.exports = [\n{E}\n]",
    "a value returned": f"return {{ events: [\n{E}\n]}}",
    "a call that cannot be read": f"analytics.oops(\n{E}\n)",
    "a call of no method": f"wrap(\n{E}\n)",
    "a call with two arguments": f"wrap(1,\n{E},\n{E})",
    "a call in a list": f"[wrap(1, {E})]",
    "a call in a list, over lines": f"[\nwrap(1,\n{E}\n)\n]",
    "a member in a list": f'["a": {{"b": [\n{E}\n]}}]',
    "a member on its own": f'"payload": [\n{E}\n]',
    "a key without quotes": f"payload: [\n{E}\n]",
    "a template": f"x = `\n{E}\n`",
    "a text": f'"{E}"',
    "a text over lines": f'{{"payload": "\n{E}\n"}}',
    "a comment": f"/*\n{E}\n*/",
    "a text that is not closed": '{\n"name": "Ann,\n"history": [\n@\n]\n}',
    "a text that is not closed, several events": '{\n"name": "Ann,\n"history": [\n@,\n@\n]\n}',
    "a comma that is missing": '{"history": [\n@\n@\n]}',
    "a comma that is missing, more around": '{"a": "b,\n"history": [\n@\n],\n"c": 1\n}',
    "an event over several lines": '{"a": "b,\n"history": [\n{\n"type": "track",\n"event": "Inner"\n}\n]}',
    "a broken item of a list": '[\n{"name": "Ann,\n"history": [\n@,\n@\n]}\n]',
    "a broken item of a batch": '{"batch": [\n{"name": "Ann,\n"history": [\n@,\n@\n]}\n]}',
    "a member with an event on its line": '{"a": oops,\n"history":\n@\n}',
}  # fmt: skip


@pytest.mark.parametrize("name", INSIDE)
def test_no_event_is_made_of_a_part(name: str) -> None:
    text = INSIDE[name].replace("@", E)
    for data in (text, text.replace("\n", "\r\n"), f"{AFTER}\n{text}", f"{text}\n{AFTER}"):
        names = [item.value.get("event") for item in read_events([data], "f") if isinstance(item, Event)]
        assert "Inner" not in names, data
        assert names == ["After"] * (AFTER in data), data


@pytest.mark.parametrize(
    ("broken", "events"),
    [
        ('{"type":"track","properties":{"a":1', 3),
        ('{"type":"track","properties":{"a":[1,', 3),
        ('{"type":"track","event":"Ann', 3),
        ("analytics.track('A', {", 3),
        ("Note (draft:", 3),
        ("x = {", 3),
        ("function f() {", 3),
        ("The `template", 3),
        ("{", 3),
    ],
)
def test_lines_behind_a_broken_one_are_events(broken: str, events: int) -> None:
    text = "\n".join([broken, *[AFTER] * events])
    for data in (text, f"{text}\nnonsense", f"{text}\n{text}", f"{text},\n{AFTER},"):
        found = [item for item in read_events([data], "f") if isinstance(item, Event)]
        assert len(found) == data.count(AFTER), data
