"""The contract of AB Smartly's collector: what a body must be for the collector to accept it.

`collector.schema.json` holds it as a JSON Schema, after the vendor's OpenAPI description (ABsmartly Collector API 1.0.0).
The description marks only `type` of a unit as required, so a unit without `uid` keeps the contract; a `uid` that is there
has 1 to 640 characters. As in JSON Schema, characters are code points, `1.0` is an integer and unknown members are
allowed.

A body is any JSON value as Python has it; numbers of any size, NaN, lone surrogates and deep nesting are answered, never an
exception. (Of an integer with over 4,300 digits, which Python's own JSON reader refuses, the range is not checked.)

The numbers of a body that is to be sent are JavaScript's, and judged as JSON.stringify writes them: 9223372036854775807 is a
double that is written as 9223372036854776000, so it is no 64-bit integer. Those of a body that came over the wire are exact.
"""

from abtui.core.contract.schema import schema
from abtui.core.contract.violations import Violation, batch_violations, context_violations, is_valid, violations

__all__ = ["Violation", "batch_violations", "context_violations", "is_valid", "schema", "violations"]
