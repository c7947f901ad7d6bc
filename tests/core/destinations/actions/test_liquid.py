"""`@liquid` as LiquidJS renders it: its texts, numbers, comparisons and errors, and what Segment has switched off."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from abtui.core.destinations.actions.liquid import compile_template
from abtui.core.destinations.actions.liquid.filters import FILTERS
from abtui.core.destinations.actions.problems import MappingProblem

EVENT: dict[str, Any] = {
    "event": "Order Completed",
    "timestamp": "2026-11-23T09:05:00.100Z",
    "n": 5,
    "f": 2.5,
    "s": "  Ann Lee ",
    "b": False,
    "nul": None,
    "list": [1, 2, [3, None, "x"]],
    "obj": {"a": 1},
    "products": [{"name": "Nike", "price": 9.5}, {"name": "Sock", "price": 1}],
    "odd": {"toString": 1},
}


def rendered(template: str) -> str:
    """What a template gives, or the text of its error."""
    try:
        return compile_template(template)(EVENT, None)
    except MappingProblem as found:
        return f"! {found}"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ obj }} {{ list }} {{ b }} {{ nul }}{{ missing.x }}", "[object Object] 123x false "),
        ("{{ n | divided_by: 2 }} {{ f | plus: 1.5 }} {{ n | times: 'x' }} {{ n | plus }}", "2.5 4 0 NaN"),
        ("{{ 1 | divided_by: 0 }} {{ 0 | divided_by: 0 }} {{ 7 | divided_by: 2, true }}", "Infinity NaN 3"),
        ("{{ 1.50 }} {{ -1.5 | round }} {{ 2.345 | round: 1 }} {{ n | modulo: 3 }}", "1.5 -1 2.3 2"),
        ("{{ products.size }} {{ obj.size }} {{ s.size }} {{ products.first.name }} {{ products[-1].name }}", "2 1 10 Nike Sock"),
        ("{{ list[2][2] }} {{ list.0 }} {{ ['event'] }} {{ obj['a'] }}", "x 1 Order Completed 1"),
        ("{% if s contains 'Ann' and n > 3 or b %}y{% endif %}", "y"),
        ("{% if b and b or n %}y{% else %}n{% endif %}", "n"),
        ("{% if n > '3' %}a{% endif %}{% if 'B' < 'a' %}b{% endif %}{% if n == '5' %}c{% endif %}", "ab"),
        ("{% if nul == nil %}a{% endif %}{% if missing == blank %}b{% endif %}{% if missing == empty %}c{% endif %}", "ab"),
        ("{% unless b %}u{% elsif n %}v{% else %}w{% endunless %}", "u"),
        ("{% unless n %}u{% elsif n %}v{% else %}w{% endunless %}", "v"),
        ("{% assign x = n | plus: 1 %}{% capture y %}[{{ x }}]{% endcapture %}{{ y }}", "[6]"),
        ("{%- if n -%}  a  {%- endif -%} b", "ab"),
        ("{% if n %}  {% endif %}|", "  |"),
        ("{% increment i %}{% increment i %}{% decrement j %}", "01-1"),
        ("{% raw %}{{ x }}{% endraw %}{% comment %}{{ n }}{% endcomment %}{% # no %}", "{{ x }}"),
        ("{% liquid\n assign a = 1\n echo a\n%}", "1"),
        ("a{% break %}b", "a"),
        ("{{ s | strip | split: ' ' | last }} {{ 'a,b,,' | split: ',' | size }}", "Lee 2"),
        ("{{ event | replace: 'Order ', '' }} {{ 'aXbX' | replace_last: 'X', 'y' }} {{ 'ab' | replace: '', '-' }}", "Completed aXby a-b"),
        ("{{ event | truncate: 8 }} {{ event | slice: -4, 4 }} {{ event | capitalize }}", "Order... eted Order completed"),
        ("{{ list | join: '-' }} {{ products | where: 'name', 'Sock' | first | json }}", '1-2-3,,x {"name":"Sock","price":1}'),
        ("{{ products | sum: 'price' }} {{ (1..3) | join }}", "10.5 1 2 3"),
        ("{{ '' | default: 'y' }}{{ b | default: 'z' }}{{ b | default: 'z', allow_false: true }}{{ 0 | default: 1 }}", "yzfalse0"),
        ("{{ '<a>&' | escape }} {{ 'a b' | url_encode }} {{ 'a%20b' | url_decode }}", "&lt;a&gt;&amp; a+b a b"),
        ("{{ timestamp | date: '%Y-%m-%d %-I:%M %p %j %u' }}", "2026-11-23 9:05 AM 327 1"),
        ("{{ timestamp | date }}", "Monday, November 23, 2026 at 9:05 am +0000"),
        ("{{ 0 | date: '%F %e|%^b|%10Y' }} {{ 'no date' | date: '%Y' }}", "%F  1|JAN|0000001970 no date"),
        ("{{ event | unknown: 1 | upcase }}", "ORDER COMPLETED"),
        ("{{ event event }}{{ event | }}", "Order CompletedOrder Completed"),
        ("{{ 'a\\'b' }}{{ \"it's\" }}{{ '\\u0041' }}", "a'bit'sA"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_template_gives_what_liquidjs_gives(template: str, text: str) -> None:
    assert rendered(template) == text


@pytest.mark.parametrize(
    ("template", "error"),
    [
        ("{{ event", 'TokenizationError: output "{{ event" not closed, line:1, col:1'),
        ("a\n {% if n", 'TokenizationError: tag "{% if n" not closed, line:2, col:2'),
        ("{% comment %}x", "ParseError: tag {% comment %} not closed, line:1, col:1"),
        ("{% raw %}x", 'TokenizationError: raw "{% raw %}x" not closed, line:1, col:10'),
        ("{% %}", "TokenizationError: illegal tag syntax, tag name expected, line:1, col:4"),
        ("{% if n %}x", "ParseError: tag {% if n %} not closed, line:1, col:1"),
        ("x {% foo %}", 'ParseError: tag "foo" not found, line:1, col:3'),
        ("{% else %}", 'ParseError: tag "else" not found, line:1, col:1'),
        ("\n{% case n %}{% endcase %}", 'ParseError: tag "case" is disabled, line:2, col:1'),
        ("{% if b %}{% render 'x' %}{% endif %}", 'ParseError: tag "render" is disabled, line:1, col:11'),
        ("{{ }}", 'TokenizationError: invalid value expression: "", line:1, col:4'),
        ("{{ $.event }}", 'TokenizationError: invalid value expression: "$.event", line:1, col:4'),
        ("{% if %}x{% endif %}", 'TokenizationError: invalid value expression: "", line:1, col:6'),
        ("{% assign = 1 %}", "TokenizationError: expected variable name, line:1, col:11"),
        ("{{ list | uniq }}", 'RenderError: filter "uniq" is disabled, line:1, col:1'),
        ("ab {% if n %}{{ 'x' | concat: 1 }}{% endif %}", 'RenderError: filter "concat" is disabled, line:1, col:14'),
        ("{{ 'a' | append }}", "RenderError: append expect 2 arguments, line:1, col:1"),
        ("{{ odd }}", "RenderError: Cannot convert object to primitive value, line:1, col:1"),
    ],
)
def test_an_error_is_told_as_liquidjs_tells_it(template: str, error: str) -> None:
    assert rendered(template) == f"! {error}"


def test_a_filter_in_a_branch_not_taken_is_no_error() -> None:
    assert rendered("{% if b %}{{ n | sort }}{% endif %}ok") == "ok"


@pytest.mark.parametrize("name", sorted(FILTERS))
@pytest.mark.parametrize("value", ["", "a b", 5, -1.5, None, True, [], [1, "x", None], {}, {"a": 1}, 10**400])
def test_no_filter_crashes(name: str, value: Any) -> None:
    for arguments in ("", ": ''", ": 2", ": nil, 'x'", ": v, v", ": 'a', 1, 2"):
        template = compile_template(f"{{{{ v | {name}{arguments} }}}}")
        try:
            text = template({"v": value}, None)
        except MappingProblem as found:
            text = str(found)
            refused = text.startswith("RenderError: ") and text.endswith(", line:1, col:1")
            if not refused:
                raise
        assert isinstance(text, str)


def test_what_is_read_of_the_event_is_told() -> None:
    told: list[tuple[tuple[str, ...], Any]] = []
    template = compile_template("{% assign x = n %}{{ x }}{% if b %}{{ s }}{% endif %}{{ products[0].name }}")
    assert template(EVENT, lambda keys, value: told.append((keys, value))) == "5Nike"
    assert told == [(("n",), 5), (("b",), False), (("products", "0", "name"), "Nike")]


def test_the_library_is_loaded_only_for_a_template() -> None:
    code = (
        "import sys; from abtui.core.destinations.actions.decide import Actions as A; from abtui.core.destinations.actions.fields import PRESETS;"
        "A({'collectorEndpoint': 'https://x.io', 'apiKey': '', 'environment': ''}, PRESETS, lambda *p: None).results({'type': 'track'});"
        "print('liquid' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{% assign a = 'aaaaaaaaaaaaaaaa' %}" + "{% assign a = a | append: a %}" * 26 + "{{ a }}", "RenderError"),
        ("{% assign a = 'aaaaaaaaaaaaaaaa' %}" + "{% assign a = a | replace: 'a', a %}" * 8, "RenderError"),
        ("{% assign a = 'aaaaaaaa' %}" + "{% assign a = a | append: a %}" * 17 + "{{ a }}" * 30, "RenderError"),
        ("{{ timestamp | date: '%999999999Y' }}", "RenderError"),
        ("{{ timestamp | date: '%" + "9" * 400 + "N' }}", "RenderError"),
        ("{{ (1..100000) | join: '" + "x" * 200 + "' }}", "RenderError"),
    ],
)
def test_a_template_that_makes_too_much_throws_before_it_does(template: str, text: str) -> None:
    assert rendered(template).startswith(f"! {text}: memory alloc limit exceeded, line:1, col:")


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ 2 | round: -999 }}", "NaN"),
        ("{{ timestamp | date: '%Y', " + "9" * 30 + " }}", "2026-11-23T09:05:00.100Z"),
        ("{{ (" + "9" * 400 + "..1) | size }}", "0"),
        ("{{ timestamp | date: '%000000000000000006Y' }}", "002026"),
        ("{{ '\\ud800' | url_encode }}", "! RenderError: URI malformed, line:1, col:1"),
        ("{{ s | push | date: '%Y' }}", "  Ann Lee "),
        ("{{ 'a<b>c</b><script>x</script ></script>d<!-- > -->e<f' | strip_html }}", "acde<f"),
    ],
)
def test_odd_numbers_and_texts_never_break_it(template: str, text: str) -> None:
    assert rendered(template) == text


def test_many_brackets_that_are_never_closed_are_looked_for_once() -> None:
    text = "<" * 200_000
    assert FILTERS["strip_html"](text) == text
