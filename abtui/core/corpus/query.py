"""The language events are looked for in: `type:track fate:ignored goal:purchase finding:UNIT-* user:979 is:marked some text`.

Terms are separated by spaces and all must hold; a `-` before a term turns it round; a comma separates alternatives; quotes
keep spaces. Text without a field is looked for in what the list shows of an event, and in the event's own text. Words of a closed set (types, verdicts, fates, findings, reasons) must fit whole, texts in part; `*` and `?` stand for
any characters, and then the whole must fit. Case never matters.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from fnmatch import translate
from functools import lru_cache
from operator import attrgetter
from typing import Final, Protocol

import msgspec

from abtui.core.corpus.query_fields import no_field
from abtui.core.destinations import REASONS
from abtui.core.events.words import holds_in_text
from abtui.core.fate import FATES
from abtui.core.findings import RULES
from abtui.core.outcomes import VERDICTS
from abtui.core.segment import EVENT_TYPES
from abtui.core.text.plain import one_line

CHANGES: Final = ("verdict", "fate", "reason", "goal", "units", "body", "request", "findings")
"""`comparison.CLASSES`, without loading what compares."""
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "type": EVENT_TYPES,
    "verdict": (*VERDICTS, "unreadable"),
    "fate": tuple(FATES),
    "finding": ("error", "warning", "info", *RULES),
    "reason": tuple(REASONS),
    "goal": (),
    "user": (),
    "name": (),
    "text": (),
    "source": (),
    "change": CHANGES,
    "receipt": ("accepted", "refused", "unknown", "waiting", "none"),
    "is": ("marked", "edited", "changed", "sent"),
}
"""The fields of a term, and the words a closed set has; the other fields hold any text."""

_ANSWERS_KEPT: Final = 4096
"""How many distinct texts a term remembers its answer for."""

_OF_TEXT: Final = (None, "text")
"""Fields that are looked for in the event's own text."""
_STATES: Final = ("change", "receipt", "is")
"""Fields about what was done to an event."""
_OF_A_LINE: Final = frozenset("0123456789:#*?")
_MAY_BE_ESCAPED: Final = frozenset('"/*?\\') | frozenset(map(chr, range(32)))
"""Characters that may be written otherwise in JSON, or stand for others in a value."""

_WORDS_SHOWN: Final = 12
_HINTED_AS: Final = {"type": "type (TRACK too):"}
"""What a hint says in place of a field alone: there are events whose type is unsupported only for its capitals."""
_SHOWN: Final = 80

_LIKE_A_FIELD = re.compile(r"-?([A-Za-z_]+):(?!//)")

_TERM = re.compile(r'(?P<not>-?)(?:(?P<field>[A-Za-z]+):)?(?P<value>(?:"[^"]*"?|[^\s"])*)')
_PART = re.compile(r'(?:"[^"]*"?|[^,"])+')


class Facts(Protocol):
    """What is known of an event. `codes` are its findings', `users` its userId and anonymousId.

    `changes` are the classes of its change against the baseline, `receipt` is how its sending stands ("" where it was not
    sent), `flags` are what was done to it in the list: `marked`, `edited`.
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
    def codes(self) -> tuple[str, ...]: ...
    @property
    def users(self) -> tuple[str, ...]: ...
    @property
    def changes(self) -> tuple[str, ...]: ...
    @property
    def receipt(self) -> str: ...
    @property
    def flags(self) -> tuple[str, ...]: ...


class Term(msgspec.Struct, frozen=True):
    """One term as it is written: from `start` to `end` in the text. `field` is None for free text."""

    field: str | None
    values: tuple[str, ...]
    negated: bool
    start: int
    end: int


class Query:
    """A text read as a query. `problem` is a sentence about what may be a slip of the hand, or "".

    Over many events that share most of their facts, `outright` answers once for all of them where it can. What it leaves
    open depends on `users` if `by_user`, on the event's own text if `by_text`, on the line in `source` if `by_line`, and on
    what was done to an event if `by_state`. What it says depends on the file in `source` only if `by_source`.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.terms = terms(text)
        self.problem = next((note for term in self.terms if (note := _problem(term, text))), "")
        told = [term for term in self.terms if term.values]
        self.by_user = any(term.field == "user" for term in told)
        self.by_text = any(term.field in _OF_TEXT for term in told)
        self.by_state = any(term.field in _STATES for term in told)
        self.by_line = any(term.field in (None, "source") and _may_fit_a_line(term) for term in told)
        self.by_source = any(term.field in (None, "source") for term in told)
        self._tests = [(term, _test(term)) for term in told]

    def __bool__(self) -> bool:
        """Whether it leaves anything out at all."""
        return bool(self._tests)

    def admits(self, facts: Facts, text: str | bytes = "") -> bool:
        """Whether all terms hold of an event. `text` is its own text, needed if `by_text`."""
        return all(test(facts, text) for _, test in self._tests)

    def outright(self, facts: Facts) -> bool | None:
        """Whether it admits every event with these facts, whichever its users, state, line and text; None where they decide.

        The source of `facts` is that of any event of the same file.
        """
        answer: bool | None = True
        for term, test in self._tests:
            if term.field in ("user", "text") or term.field in _STATES:
                answer = None
            elif term.field is None:
                # The beginning of the source is the same for all of them; the line behind it may be told by a character of it.
                told = msgspec.structs.replace(_NOTHING, **_shared(facts)) if _may_fit_a_line(term) else facts
                if test(told, "") is term.negated:
                    answer = None
                elif term.negated:
                    return False
            elif term.field == "source" and _may_fit_a_line(term):
                answer = None
            elif not test(facts, ""):
                return False
        return answer

    def needed(self, facts: Facts) -> tuple[tuple[bytes, ...], ...]:
        """What stands in the text of an event with these facts that is admitted: one of each, in lower case; as far as it is known.

        The facts are those of `outright`.
        """
        return tuple(_plain(term) for term, test in self._tests if _plain(term) and _is_of_text(term, test, facts))


def may_hold(text: bytes, needed: tuple[tuple[bytes, ...], ...]) -> bool:
    """False if an event that is written as `text` is not admitted: a quick look for what `Query.needed` names."""
    if not needed or b"\\u" in text or not text.isascii():
        return True
    lower = text.lower()
    return all(any(value in lower for value in values) for values in needed)


def terms(text: str) -> tuple[Term, ...]:
    """The terms of a text. What looks like a field but is none is free text; a field without a value has no values yet."""
    found = []
    for match in _TERM.finditer(text):
        if not match[0]:
            continue
        field = (match["field"] or "").lower()
        known = field in FIELDS
        written = match["value"] if known or not field else f"{match['field']}:{match['value']}"
        parts = _PART.findall(written) if known else [written]
        values = tuple(value for part in parts if (value := part.replace('"', "").casefold()))
        found.append(Term(field if known else None, values, bool(match["not"]), match.start(), match.end()))
    return tuple(found)


def with_term(text: str, field: str, value: str | None) -> str:
    """`text` with `field:value` as its only term of that field, in the place of the first; None takes the field out.

    Quotes that are open are closed: they would take in what is added.
    """
    if text.count('"') % 2:
        text += '"'
    own = [term for term in terms(text) if term.field == field]
    pieces, at = [], 0
    for number, term in enumerate(own):
        pieces.append(text[at : term.start].rstrip())
        if number == 0 and value is not None:
            pieces.append(f"{field}:{value}")
        at = term.end
    pieces.append(text[at:].strip())
    if not own and value is not None:
        pieces.append(f"{field}:{value}")
    return " ".join(piece for piece in pieces if piece)


def value_of(text: str, field: str) -> str | None:
    """What the first term of a field says, as it is written; None without one."""
    term = next((term for term in terms(text) if term.field == field), None)
    return None if term is None else text[term.start : term.end].partition(":")[2]


def nothing_found(query: Query, total: int) -> str:
    """What is told where a query admits none of `total` events, and how to see them again."""
    problem = f" {query.problem}" if query.problem else ""
    return f"No event matches `{one_line(query.text, _SHOWN)}`.{problem} Escape in this list shows all {total:,}."


def hint(text: str) -> str:
    """What can be written next: the fields, or the words of the field that is being written; "" where that is any text."""
    word = text.rpartition(" ")[2].lstrip("-")
    field, colon, _ = word.partition(":")
    if not word:
        return " ".join(f"{name}:" for name in FIELDS)
    if not colon:
        return " ".join(f"{name}:" for name in FIELDS if name.startswith(field.lower()))
    field = field.lower()
    words = FIELDS.get(field, ())
    if not words:
        return ""
    more = ["…"] if len(words) > _WORDS_SHOWN else []
    return " ".join([_HINTED_AS.get(field, f"{field}:"), *words[:_WORDS_SHOWN], *more])


def completed(text: str) -> str | None:
    """`text` with its last word completed to a field, or to a word the field has; None where there is nothing to complete."""
    word = text.rpartition(" ")[2]
    if not word or word.endswith(('"', ",")):
        return None
    field, colon, value = word.lstrip("-").partition(":")
    before = text[: len(text) - len(value if colon else field)]
    if not colon:
        choice = next((f"{name}:" for name in FIELDS if name.startswith(field.lower()) and field), None)
    else:
        last = value.rpartition(",")[2]
        before = text[: len(text) - len(last)]
        words = FIELDS.get(field.lower(), ())
        choice = next((name for name in words if last and name.lower().startswith(last.lower())), None)
    return None if choice is None or f"{before}{choice}" == text else f"{before}{choice}"


def _problem(term: Term, text: str) -> str:
    if term.field is None:
        like = _LIKE_A_FIELD.match(text, term.start, term.end)
        return "" if like is None else no_field(like[1].lower(), FIELDS)
    words = {word.casefold(): word for word in FIELDS[term.field]}
    for value in term.values:
        # The beginning of a word is one that is being written.
        if words and not any(_fits(value)(word) or word.startswith(value) for word in words):
            near = difflib.get_close_matches(value, words, n=1, cutoff=0.6)
            hint = f" Did you mean `{words[near[0]]}`?" if near else ""
            return f"No {term.field} fits `{value}`.{hint}"
    return ""


def _fits(pattern: str) -> Callable[[str], bool]:
    """A test for texts in lower case: equal to the pattern, or fitting it where it has wildcards."""
    if "*" not in pattern and "?" not in pattern:
        return pattern.__eq__
    match = re.compile(translate(pattern.replace("[", "[[]"))).match
    return lambda text: match(text) is not None


def _holds(pattern: str) -> Callable[[str], bool]:
    """A test for texts in lower case: holding the pattern, or fitting it where it has wildcards."""
    if "*" in pattern or "?" in pattern:
        return _fits(pattern)
    return lambda text: pattern in text


class _Nothing(msgspec.Struct, frozen=True):
    """The facts of an event without a source, users and state."""

    type: str = ""
    name: str = ""
    verdict: str = ""
    fate: str = ""
    source: str = ""
    reason: str = ""
    goal: str = ""
    codes: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    receipt: str = ""
    flags: tuple[str, ...] = ()


_NOTHING: Final = _Nothing()


def _shared(facts: Facts) -> dict[str, str]:
    """What free text is looked for in, without the source."""
    return {"type": facts.type, "name": facts.name, "goal": facts.goal}


def _may_fit_a_line(term: Term) -> bool:
    """Whether a value may fit the `:17` or `:17#2` of a source, in part or whole."""
    return any(set(value) & _OF_A_LINE for value in term.values)


def _plain(term: Term) -> tuple[bytes, ...]:
    """What stands in the text of an event that has one of the values in it, in lower case; () where that is not known."""
    plain = all(value.isascii() and not set(value) & _MAY_BE_ESCAPED for value in term.values)
    return tuple(value.encode() for value in term.values) if plain and not term.negated else ()


def _is_of_text(term: Term, test: Callable[[Facts, str | bytes], bool], facts: Facts) -> bool:
    """Whether only the text of an event with these facts can make a term hold."""
    if term.field is None:
        return not _may_fit_a_line(term) and not test(facts, "")
    return term.field in ("user", "text")


def _test(term: Term) -> Callable[[Facts, str | bytes], bool]:
    fits = [(_fits if FIELDS.get(term.field or "") else _holds)(value) for value in term.values]

    def any_fits(text: str) -> bool:
        return any(fit(text) for fit in fits)

    known = (lambda _: False) if term.field == "text" else _found(term.field, any_fits)
    in_text = term.field in _OF_TEXT

    def found(facts: Facts, text: str | bytes) -> bool:
        return known(facts) or (in_text and holds_in_text(text, term.values, any_fits))

    return (lambda facts, text: not found(facts, text)) if term.negated else found


def _found(field: str | None, fits: Callable[[str], bool]) -> Callable[[Facts], bool]:
    """Whether a text of the field fits. Answers are kept for what many events share: all but users and sources."""

    def anew(text: str) -> bool:
        return fits(text.casefold())

    kept = lru_cache(_ANSWERS_KEPT)(anew)
    match field:
        case None:
            return lambda facts: kept(facts.name) or kept(facts.type) or kept(facts.goal) or anew(facts.source)
        case "finding":
            of_codes = lru_cache(_ANSWERS_KEPT)(lambda codes: any(map(kept, _with_severities(codes))))
            return lambda facts: of_codes(facts.codes)
        case "user":
            return lambda facts: any(map(anew, facts.users))
        case "source":
            return lambda facts: anew(facts.source)
        case "change":
            return lambda facts: any(map(kept, facts.changes))
        case "receipt":
            return lambda facts: kept(facts.receipt or "none")
        case "is":
            return lambda facts: any(map(kept, _states(facts)))
        case _:
            value = attrgetter(field)
            return lambda facts: kept(value(facts))


def _states(facts: Facts) -> tuple[str, ...]:
    """What the field `is` knows of an event."""
    changed = ("changed",) if facts.changes else ()
    sent = ("sent",) if facts.receipt not in ("", "waiting") else ()
    return (*facts.flags, *changed, *sent)


def _with_severities(codes: tuple[str, ...]) -> tuple[str, ...]:
    return (*codes, *{RULES[code].severity for code in codes if code in RULES})
