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
    "a call that cannot be read": f"analytics.oops(\n{E}\n)",
    "a call of no method": f"wrap(\n{E}\n)",
    "a call with two arguments": f"wrap(1,\n{E},\n{E})",
    "a call in a list": f"[wrap(1, {E})]",
    "a call in a list, over lines": f"[\nwrap(1,\n{E}\n)\n]",
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
    "Go, a list": "events := []string{\n@,\n@,\n}",
    "Go, a list of a type": "events := []Event{\n@,\n}",
    "Java": "String[] x = new String[] {\n@,\n@\n};",
    "Rust": "let x = vec![\n@,\n@\n];",
    "Ruby": "e = { :traits => {\n@\n}}",
    "Python, single quotes": "x = '''\n@\n@\n'''",
    "Python, double quotes": 'x = """\n@\n@\n"""',
    "Python, a raw text": 'x = r"""abc\n@\n"""',
    "Python, a text alone": '"""\n@\n"""',
    "a tagged template": "x = String.raw`\n@\n`",
    "a template alone": "`\n@\n@\n`",
    "a text over lines alone": '"abc\n@\n@\n"',
    "a text over lines that ends behind a word": '"abc\n@\ndef"',
    "a text over lines in an assignment": "x = 'abc\n@\n';",
    "a text over lines in a language with marks": 'x = $"\n@\n";',
    "a text over lines in a list": '[\n"abc\n@\n",\n1]',
    "a text over lines in a call": "query('\n@\n');",
    "an arrow function": "x => (\n@\n)",
    "an arrow function with a list": "() => [\n@\n]",
    "brackets around": "(\n@\n)",
    "brackets around in an assignment": "const e = (\n@\n)",
    "a key before its value": '"payload":\n@',
    "a key and a comma": '"a": 1,\n"payload":\n@',
    "a member with an event on its line": '{"a": oops,\n"history":\n@\n}',
}  # fmt: skip


@pytest.mark.parametrize("name", INSIDE)
def test_no_event_is_made_of_a_part(name: str) -> None:
    text = INSIDE[name].replace("@", E)
    for data in (text, text.replace("\n", "\r\n"), f"{AFTER}\n{text}", f"{text}\n{AFTER}"):
        names = [item.value.get("event") for item in read_events([data], "f") if isinstance(item, Event)]
        assert "Inner" not in names, data
        assert names == ["After"] * (AFTER in data), data


CUT_SHORT = {
    "a list in an event": '{"type":"identify","traits":{"history":[\n@\n',
    "two items": '{"type":"identify","traits":{"history":[\n@,\n@\n',
    "two items and no comma": '{"type":"identify","traits":{"history":[\n@\n@\n',
    "behind the first item": '{"type":"identify","history":[1,\n@,\n@',
    "in a list": '[{"type":"identify","traits":{"history":[\n@\n',
    "in a list over lines": '[\n{"type":"identify","traits":{"history":[\n@,\n@\n',
    "in a batch": '{"batch":[\n{"history":[\n@\n',
    "over lines": '{\n"type":"identify",\n"traits":{\n"history":[\n@,\n@\n',
    "in an item": '{"history":[\n@,\n{"type":"track",\n@\n@',
    "in a text": '{"history":[\n@,\n{"type":"tra\n@',
    "behind a list in it": '{"history":[\n{"a":[\n1\n]},\n@\n@',
    "with a comment": '{"history":[ // all of them\n@\n',
    "a batch that is no batch": '{"traits":{"history":[\n{"batch":[@]}\n',
    "an event over lines": '{"history":[\n{\n"type":"track",\n"event":"Inner"\n}\n',
    "a call": 'analytics.identify("u", { history: [\n@\n',
    "a call in it": '{"history":[\nanalytics.track("Inner")\n',
    "arguments": 'analytics.identify("u",\n@\n',
    "a template": "x = `\n@\n@\n",
    "a long text": 'x = """\n@\n@\n',
}  # fmt: skip


@pytest.mark.parametrize("name", CUT_SHORT)
def test_what_follows_an_open_list_or_text_is_inside_to_the_end(name: str) -> None:
    text = CUT_SHORT[name].replace("@", E)
    for data in (text, text.replace("\n", "\r\n"), f"{AFTER}\n{text}", f"{text}\n{AFTER}", f"{text}\nnonsense"):
        items = list(read_events([data], "f"))
        names = [item.value.get("event") for item in items if isinstance(item, Event)]
        assert names == ["After"] * data.startswith(AFTER), data
        assert len(items) > len(names)


@pytest.mark.parametrize("end", ["", "\n", ",\n"])
@pytest.mark.parametrize("before", ["", "[", "[\n"])
def test_one_document_behind_a_colon_is_its_value(before: str, end: str) -> None:
    text = f'{before}{{"type":"identify","traits":\n{E}{end}'
    assert not [item for item in read_events([text], "f") if isinstance(item, Event)]


@pytest.mark.parametrize(
    ("broken", "events"),
    [
        ('{"type":"track","properties":{"a":1', 3),
        ('{"type":"track","properties":{"a":', 3),
        ('{"type":"track","properties":{', 3),
        ('{"type":"track","properties":{"a":[1],', 3),
        ('{"type":"track","properties":{"a":[{"b":2', 3),
        ('{"type":"track","properties":{"a":"', 3),
        ('{"type":"track","event":"Ann', 3),
        ("analytics.track('A', {", 3),
        ("Note (draft:", 3),
        ("x = {", 3),
        ("function f() {", 3),
        ("The `template", 3),
        ("```json", 3),
        ("Here's one:", 3),
        ("Example:", 3),
        ("Title\n=====", 3),
        ("onClick = () => {", 3),
        ("class Foo: Bar {", 3),
        ("if (x == 1) {", 3),
        ("function f(a: string): string[] {", 3),
        ("const f = async (a) => {", 3),
        ('"""A module."""', 3),
        ("KEY=", 3),
        ("{", 3),
    ],
)
def test_lines_behind_a_broken_one_are_events(broken: str, events: int) -> None:
    text = "\n".join([broken, *[AFTER] * events])
    for data in (text, f"{text}\nnonsense", f"{text}\n{text}", f"{text},\n{AFTER},"):
        found = [item for item in read_events([data], "f") if isinstance(item, Event)]
        assert len(found) == data.count(AFTER), data


# The value of an assignment, an export or a return is a value as any other: its events are those that it has as JSON. Each text,
# and the sources of its events; an event that has others inside, such as an identify with a history, is one.
VALUES = {
    "an exported list": (EXPORT, [":1"]),
    "an exported list of lines": (f"export default [\n{E},\n{E}\n]", [":2", ":3"]),
    "an assignment": (f"x = {{\n  a: [\n{E}\n]}}", [":1 $.a[0]"]),
    "an assignment of a list": (f"const events = [\n{E},\n{E},\n];", [":2", ":3"]),
    "an assignment with type": (f"const a: Event[] = [\n{E}\n]", [":2"]),
    "module.exports": (f"module.exports = [\n{E}\n]", [":2"]),
    "a value returned": (f"return {{ events: [\n{E}\n]}}", [":1 $.events[0]"]),
    "a member in a list": (f'["a": {{"b": [\n{E}\n]}}]', [":1 $.a.b[0]"]),
    "Go, a map": ('var e = map[string]any{"type":"identify", "traits": []any{\n@,\n}}', [":1"]),
    "Java, a call": ("List<Event> x = List.of(\n@,\n@\n);", [":1 $[0]", ":1 $[1]"]),
    "Swift": ('let x = [\n"a": [\n@\n]]', [":1 $.a[0]"]),
    "PHP": ('$e = ["type" => "identify", "traits" => [\n@\n]];', [":1"]),
    "PHP, the old way": ('$e = array("type" => "identify", "traits" => array(\n@\n));', [":1"]),
    "an assignment before its value": ("const e = \n@\n;", [":2"]),
    "an assignment with a comment": ("const e = // the event\n\n@;", [":3"]),
    "an assignment before a list": ("x =\n[\n@,\n@\n]", [":3", ":4"]),
    "an export before its value": ("export default\n@", [":2"]),
    "an assignment that is cut short": ("const events = [\n@,\n@\n", [":2", ":3"]),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_a_value_in_a_program_is_read_as_json_is(name: str) -> None:
    text, sources = VALUES[name]
    text = text.replace("@", E)
    for data in (text, text.replace("\n", "\r\n"), f"{text}\n{AFTER}"):
        events = [item for item in read_events([data], "f") if isinstance(item, Event)]
        after = [item for item in events if item.value.get("event") == "After"]
        assert [item.source for item in events if item not in after] == [f"f{source}" for source in sources], data
        assert len(after) == (AFTER in data), data
