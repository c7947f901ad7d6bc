"""What JavaScript does with numbers, dates and JSON values, as far as the destination's function depends on it.

The reference is Node 20 (V8) in the UTC time zone. Values are what a JSON reader gives: None, bool, int, float, str,
list and dict; an int of any size stands for the double JavaScript would have.
"""

from abtui.core.text.javascript.dates import date_text, parse_date, parse_date_value
from abtui.core.text.javascript.numbers import number_to_string, string_to_number, to_double
from abtui.core.text.javascript.stringify import stringify, stringify_lines
from abtui.core.text.javascript.values import (
    ABSENT,
    PROTO_NAME,
    PROTOTYPE_NAMES,
    JavaScriptTypeError,
    json_kind,
    length_is_positive,
    ordered,
    ordered_items,
    to_string,
)

__all__ = [
    "ABSENT",
    "PROTOTYPE_NAMES",
    "PROTO_NAME",
    "JavaScriptTypeError",
    "date_text",
    "json_kind",
    "length_is_positive",
    "number_to_string",
    "ordered",
    "ordered_items",
    "parse_date",
    "parse_date_value",
    "string_to_number",
    "stringify",
    "stringify_lines",
    "to_double",
    "to_string",
]
