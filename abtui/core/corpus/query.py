"""The query language for events: `type:track fate:ignored goal:purchase finding:UNIT-* user:979 is:marked some text`.

Terms are separated by spaces, and all must hold. A `-` before a term negates it, a comma separates alternatives, quotes keep
spaces. Text without a field is searched in what the list shows of an event, and in the event's own text. Words of a closed set
(types, verdicts, fates, findings, reasons) must match whole, other texts in part; `*` and `?` stand for any characters, and
then the whole text must match. Case does not matter.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from fnmatch import translate
from functools import lru_cache
from typing import Final, Literal, NamedTuple, Protocol

import msgspec

from abtui.core.destinations import REASONS
from abtui.core.events.words import holds_in_text
from abtui.core.fate import FATES
from abtui.core.findings import RULES
from abtui.core.outcomes import RESULT_VERDICTS, VERDICTS
from abtui.core.segment import EVENT_TYPES
from abtui.core.text.plain import one_line

CHANGES: Final = ("verdict", "fate", "reason", "goal", "units", "body", "request", "findings")
"""The same as `comparison.CLASSES`, without loading the comparison."""

_ANSWERS_KEPT: Final = 4096
"""The number of distinct texts for which a term keeps its answer."""
_IN_A_LINE: Final = frozenset("0123456789:#*?")
"""Characters that can match a line number in a source, such as `:17` or `:17#2`."""
_NOT_LITERAL: Final = frozenset('"/*?\\') | frozenset(map(chr, range(32)))
"""Characters that JSON may escape, or that are wildcards."""
_MOST_WORDS: Final = 12
"""Words of a field that a hint lists."""
_LONGEST: Final = 80

_TERM: Final = re.compile(r'(?P<not>-?)(?:(?P<field>[A-Za-z]+):)?(?P<value>(?:"[^"]*"?|[^\s"])*)')
_ALTERNATIVE: Final = re.compile(r'(?:"[^"]*"?|[^,"])+')
_LIKE_A_FIELD: Final = re.compile(r"-?([A-Za-z_]+):(?!//)")


class Facts(Protocol):
    """What is known of an event. `codes` are those of its findings, `users` its userId and anonymousId.

    `mappings` are those that are for it, of a destination that has several, `results` their verdicts, and `other_goals` what
    they send beside `goal`.
    `changes` are the classes of its change against the baseline, `receipt` is the state of its sending ("" if it was not
    sent), `flags` are `marked`, `edited`, and
    `moved` for the events of the move that was opened last.
    """

    @property
    def type(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def fate(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def goal(self) -> str: ...
    @property
    def other_goals(self) -> tuple[str, ...]: ...
    @property
    def mappings(self) -> tuple[str, ...]: ...
    @property
    def results(self) -> tuple[str, ...]: ...
    @property
    def codes(self) -> tuple[str, ...]: ...
    @property
    def users(self) -> tuple[str, ...]: ...
    @property
    def changes(self) -> tuple[str, ...]: ...
    @property
    def receipt(self) -> str: ...
    @property
    def flags(self) -> tuple[str, ...]: ...


class Field(NamedTuple):
    """A field of a term. `values` are those of an event, without its source and text. `words` is the closed set they are from, if
    any: `fixed_words` and the keys of a `table`.

    `varies`: events that otherwise share all facts differ by their users, or by their state, which is what was done to them.
    `mistaken` are words that are likely to be tried in place of the field.
    """

    values: Callable[[Facts], tuple[str, ...]]
    fixed_words: tuple[str, ...] = ()
    table: Mapping[str, object] = {}
    varies: Literal["users", "state"] | None = None
    mistaken: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """All words, those of a table as it is now: a destination may have been registered since."""
        return (*self.fixed_words, *self.table)


@lru_cache(_ANSWERS_KEPT)
def _with_severities(codes: tuple[str, ...]) -> tuple[str, ...]:
    return (*codes, *{RULES[code].severity for code in codes if code in RULES})


def _state(facts: Facts) -> tuple[str, ...]:
    changed = ("changed",) if facts.changes else ()
    sent = ("sent",) if facts.receipt not in ("", "waiting") else ()
    return (*facts.flags, *changed, *sent)


FIELDS: Final[dict[str, Field]] = {
    "type": Field(lambda facts: (facts.type,), EVENT_TYPES),
    "verdict": Field(lambda facts: (facts.verdict,), (*VERDICTS, "unreadable"), mistaken=("state", "status")),
    "fate": Field(lambda facts: (facts.fate,), tuple(FATES), mistaken=("outcome",)),
    "finding": Field(
        lambda facts: _with_severities(facts.codes),
        ("error", "warning", "info"),
        RULES,
        mistaken=("code", "error", "has", "rule", "severity", "warning"),
    ),
    "reason": Field(lambda facts: (facts.reason,), table=REASONS, mistaken=("why",)),
    "goal": Field(lambda facts: (facts.goal, *facts.other_goals)),
    "mapping": Field(lambda facts: facts.mappings, mistaken=("subscription",)),
    "result": Field(lambda facts: facts.results or (facts.verdict,), RESULT_VERDICTS),
    "user": Field(lambda facts: facts.users, varies="users", mistaken=("anonymousid", "id", "unit", "userid")),
    "name": Field(lambda facts: (facts.name,), mistaken=("event",)),
    "text": Field(lambda facts: ()),
    "source": Field(lambda facts: (), mistaken=("file", "line")),
    "change": Field(lambda facts: facts.changes, CHANGES, varies="state"),
    "receipt": Field(
        lambda facts: (facts.receipt or "none",), ("accepted", "refused", "unknown", "waiting", "none"), varies="state"
    ),
    "is": Field(_state, ("marked", "edited", "changed", "sent", "moved"), varies="state"),
}
_NO_FIELD: Final = Field(lambda facts: (facts.name, facts.type, facts.goal, *facts.other_goals))
"""Text without a field."""


class Term(msgspec.Struct, frozen=True):
    """One term as it is written, from `start` to `end` in the text. `field` is None for text without a field."""

    field: str | None
    values: tuple[str, ...]
    negated: bool
    start: int
    end: int


class _Test:
    """A term that has values, as a test of events.

    `reads_source` and `reads_text`: it searches the event's source and text. `reads_line`: the line in the source matters.
    """

    def __init__(self, term: Term) -> None:
        field = FIELDS.get(term.field or "", _NO_FIELD)
        self.varies = field.varies
        self.reads_source = term.field in (None, "source")
        self.reads_text = term.field in (None, "text")
        self.reads_line = self.reads_source and any(set(value) & _IN_A_LINE for value in term.values)
        self._term = term
        self._values = field.values
        self._matches = _any_matcher(term.values, whole=bool(field.words))
        # Answers are kept for values that many events share.
        self._finds = self._found_in if field.varies == "users" else lru_cache(_ANSWERS_KEPT)(self._found_in)

    def holds(self, facts: Facts, text: str | bytes) -> bool:
        """Whether the term holds of an event. `text` is the event's own text."""
        found = (
            self._finds(self._values(facts))
            or (self.reads_source and self._matches(facts.source.casefold()))
            or (self.reads_text and holds_in_text(text, self._term.values, self._matches))
        )
        return found is not self._term.negated

    def holds_of_all(self, facts: Facts) -> bool | None:
        """Whether the term holds of every event with these facts, which are those of `Query.outright`; None if some may differ."""
        if self.varies is not None:
            return None
        in_file = self.reads_source and not self.reads_line
        found = self._finds(self._values(facts)) or (in_file and self._matches(facts.source.casefold()))
        if not found and (self.reads_text or self.reads_line):
            return None
        return found is not self._term.negated

    def needed(self, facts: Facts) -> tuple[bytes, ...]:
        """Bytes of which one must be in the text of an event with these facts for the term to hold; () if that is not certain."""
        values = self._term.values
        if self._term.negated or not all(value.isascii() and not set(value) & _NOT_LITERAL for value in values):
            return ()
        only_text = self.reads_text and not self.reads_line and self.holds_of_all(facts) is None
        return tuple(value.encode() for value in values) if only_text or self.varies == "users" else ()

    def _found_in(self, values: tuple[str, ...]) -> bool:
        return any(self._matches(value.casefold()) for value in values)


def _any_matcher(patterns: Sequence[str], *, whole: bool) -> Callable[[str], bool]:
    """A test for case-folded texts: one of the patterns matches."""
    matchers = [_matcher(pattern, whole=whole) for pattern in patterns]
    return matchers[0] if len(matchers) == 1 else lambda text: any(matches(text) for matches in matchers)


def _matcher(pattern: str, *, whole: bool) -> Callable[[str], bool]:
    """A test for case-folded texts: they are or contain `pattern`, or match it if it has wildcards."""
    if "*" in pattern or "?" in pattern:
        match = re.compile(translate(pattern.replace("[", "[[]"))).match
        return lambda text: match(text) is not None
    return pattern.__eq__ if whole else lambda text: pattern in text


class Query:
    """A text read as a query. `problem` is a sentence about what may be a slip, or "".

    Many events share most of their facts, and `outright` answers once for all of them if it can. If it cannot, the answer
    depends on `users` if `by_user`, on the event's own text if `by_text`, on the line in `source` if `by_line`, and on what was
    done to the event if `by_state`. The answers depend on the file in `source` only if `by_source`.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.terms = terms(text)
        self.problem = next((problem for term in self.terms if (problem := _problem(term, text))), "")
        self._tests = [_Test(term) for term in self.terms if term.values]
        self.by_user = any(test.varies == "users" for test in self._tests)
        self.by_state = any(test.varies == "state" for test in self._tests)
        self.by_text = any(test.reads_text for test in self._tests)
        self.by_line = any(test.reads_line for test in self._tests)
        self.by_source = any(test.reads_source for test in self._tests)

    def __bool__(self) -> bool:
        """Whether it can leave out any event."""
        return bool(self._tests)

    def admits(self, facts: Facts, text: str | bytes = "") -> bool:
        """Whether all terms hold of an event. `text` is its own text, needed if `by_text`."""
        return all(test.holds(facts, text) for test in self._tests)

    def outright(self, facts: Facts) -> bool | None:
        """Whether it admits every event with these facts, whatever its users, state, line and text; None if these matter.

        The source of `facts` is that of any event of the same file.
        """
        answer: bool | None = True
        for test in self._tests:
            holds = test.holds_of_all(facts)
            if holds is False:
                return False
            answer = answer and holds
        return answer

    def needed(self, facts: Facts) -> tuple[tuple[bytes, ...], ...]:
        """Alternatives in lower case, of each of which one must be in the text of an event with these facts if it is admitted.

        The facts are those of `outright`.
        """
        return tuple(values for test in self._tests if (values := test.needed(facts)))


def may_hold(text: bytes, needed: tuple[tuple[bytes, ...], ...]) -> bool:
    """False if an event with this text is certainly not admitted: a quick search for what `Query.needed` lists."""
    if not needed or b"\\u" in text or not text.isascii():
        return True
    lower = text.lower()
    return all(any(value in lower for value in values) for values in needed)


def terms(text: str) -> tuple[Term, ...]:
    """The terms of a text. An unknown field is part of a text; a field without a value has no values yet."""
    found = []
    for match in _TERM.finditer(text):
        if not match[0]:
            continue
        field = (match["field"] or "").lower()
        known = field in FIELDS
        written = match["value"] if known or not field else f"{match['field']}:{match['value']}"
        parts = _ALTERNATIVE.findall(written) if known else [written]
        values = tuple(value for part in parts if (value := part.replace('"', "").casefold()))
        found.append(Term(field if known else None, values, bool(match["not"]), match.start(), match.end()))
    return tuple(found)


def _problem(term: Term, text: str) -> str:
    """A sentence about a field or a word that does not exist, or ""."""
    if term.field is None:
        like = _LIKE_A_FIELD.match(text, term.start, term.end)
        return "" if like is None else _no_field(like[1].lower())
    words = {word.casefold(): word for word in FIELDS[term.field].words}
    for value in term.values if words else ():
        # The beginning of a word is a word that is still being typed.
        if not any(_matcher(value, whole=True)(word) or word.startswith(value) for word in words):
            near = difflib.get_close_matches(value, words, n=1, cutoff=0.6)
            hint = f" Did you mean `{words[near[0]]}`?" if near else ""
            return f"`{term.field}:` has no value `{value}`.{hint}"
    return ""


def _no_field(name: str) -> str:
    near = [field for field, known in FIELDS.items() if name in known.mistaken]
    near = near or difflib.get_close_matches(name, FIELDS, n=2, cutoff=0.6)
    hint = f" Did you mean {' or '.join(f'`{field}:`' for field in near)}?" if near else ""
    return f"There is no field `{name}:`; it is searched as text.{hint}"


def with_term(text: str, field: str, value: str | None) -> str:
    """`text` with `field:value` as its only term of that field, in place of the first; None removes the field.

    An open quote is closed, because it would include what is added.
    """
    if text.count('"') % 2:
        text += '"'
    added = [] if value is None else [f"{field}:{value}"]
    pieces, at = [], 0
    for term in terms(text):
        if term.field == field:
            pieces += [text[at : term.start].rstrip(), *added]
            added, at = [], term.end
    pieces += [text[at:].strip(), *added]
    return " ".join(piece for piece in pieces if piece)


def value_of(text: str, field: str) -> str | None:
    """The value of the first term of a field, as it is written; None without one."""
    term = next((term for term in terms(text) if term.field == field), None)
    return None if term is None else text[term.start : term.end].partition(":")[2]


def nothing_found(query: Query, total: int) -> str:
    """The sentence for a query that admits none of `total` events."""
    problem = f" {query.problem}" if query.problem else ""
    return f"No event matches `{one_line(query.text, _LONGEST)}`.{problem} Escape in this list shows all {total:,}."


def hint(text: str) -> str:
    """What can be written next: the fields, or the words of the field that is being written; "" if that is any text."""
    word = text.rpartition(" ")[2].lstrip("-").lower()
    field, colon, _ = word.partition(":")
    if not colon:
        return " ".join(f"{name}:" for name in FIELDS if name.startswith(field))
    words = FIELDS.get(field, _NO_FIELD).words
    if not words:
        return ""
    # Events exist whose type is unsupported only because of its capitals.
    label = "type (TRACK too):" if field == "type" else f"{field}:"
    return " ".join([label, *words[:_MOST_WORDS], *(["…"] if len(words) > _MOST_WORDS else [])])


def completed(text: str) -> str | None:
    """`text` with its last word completed to a field, or to a word of its field; None if there is nothing to complete."""
    word = text.rpartition(" ")[2].lstrip("-")
    field, colon, value = word.partition(":")
    written = value.rpartition(",")[2] if colon else field
    if not written or written.endswith('"'):
        return None
    choices = FIELDS.get(field.lower(), _NO_FIELD).words if colon else tuple(f"{name}:" for name in FIELDS)
    choice = next((name for name in choices if name.lower().startswith(written.lower())), written)
    result = text[: len(text) - len(written)] + choice
    return None if result == text else result
