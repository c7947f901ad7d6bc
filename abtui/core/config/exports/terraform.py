"""The values in a Terraform file (HCL): literals, `jsonencode`, and the variables and locals whose values are in the same file.

python-hcl2 parses; what is made of its tree here is what Terraform would make of it, as far as the file alone tells that.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import hcl2
import msgspec
from lark import Token, Tree
from lark.exceptions import LarkError, UnexpectedInput

from abtui.core.config.exports.document import NOWHERE, Document, Spot, Spots, stand_in
from abtui.core.findings import Finding
from abtui.core.text.json_text import line_column, number
from abtui.core.text.paths import Path
from abtui.core.text.plain import one_line
from abtui.core.text.yaml_nodes import MAX_DEPTH, at

_EMPTY: Final = frozenset({"new_line_or_comment"})
_WORDS: Final = {"true": True, "false": False, "null": None}
_REFERENCE: Final = re.compile(r"(?:var|local)\.([A-Za-z_][\w-]*)")
_VARIABLE: Final = re.compile(r"[A-Za-z_]\w*")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t"}
_HEREDOC: Final = re.compile(r"<<(-?)([^\r\n]+)\r?\n(.*?)\r?\n?[ \t]*\2\r?\n?", re.DOTALL)
_IN_TEMPLATE: Final = re.compile(r"\$\$\{|\$\{\s*([^{}]*?)\s*\}|([$%]\{)")
_LARGEST: Final = 1 << 19
"""The most characters of a file: the parser takes some 300 times its size in memory."""
_MOST: Final = 20_000
"""The values that are worked out in one file, and the pieces of 64 characters put into texts: locals can double what they refer to."""
_PARTS: Final = frozenset({"resource", "module"})
Node = Tree[Token]


@lru_cache(maxsize=2)
def read_terraform(text: str, name: str) -> Document | Finding:
    """The resources and modules of a file as Terraform's JSON form has them, or a finding that says why it cannot be read."""
    plain = text.removeprefix("\ufeff")
    name = one_line(name, 100)
    if len(plain) > _LARGEST:
        message = f"{name} has more than {_LARGEST:,} characters and was not read."
        return at(1, 1, "CONFIG-TOO-LARGE", message, "Put the destination into a file of its own.")
    try:
        tree = hcl2.parses_to_tree(plain if plain.endswith("\n") else f"{plain}\n")
    except (LarkError, RecursionError) as error:
        line, column = line_column(plain, len(plain))
        if isinstance(error, UnexpectedInput) and error.line > 0 and error.pos_in_stream != len(plain):
            line, column = min((error.line, error.column), (line, column))
        message = f"{name} is a Terraform file that cannot be read from here on."
        hint = "The mistake is here or just before: a bracket, a quote, or a line that is cut off. `terraform validate` says more."
        return at(line, column, "CONFIG-NOT-TERRAFORM", message, hint)
    return _Reading(plain).document(tree)


def with_expressions(document: Document) -> Document:
    """A document in Terraform's JSON form (`.tf.json`), whose texts are expressions where they have a `${`."""
    reading = _Reading("")
    value = reading.filled(document.value)
    return msgspec.structs.replace(document, noun="a Terraform file", value=value, unknown=tuple(reading.unknown))


def _inside(tree: Node) -> list[Node]:
    """The parts of a node that are trees and no comments."""
    return [child for child in tree.children if isinstance(child, Tree) and child.data not in _EMPTY]


class _Reading:
    """Works out the values of one file."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._spots: dict[Path, Spots] = {}
        self._named: dict[str, Node] = {}
        """The expressions of variables and locals, by `var.name` and `local.name`; those in use are taken away."""
        self._given: dict[str, Any] = {}
        """The values of variables and locals in Terraform's JSON form."""
        self.unknown: dict[str, int] = {}
        self._left = _MOST
        self._depth = 0
        """How many expressions are being worked out: one inside the other, or that refer to each other."""

    def filled(self, value: Any) -> Any:
        """The value of a file in Terraform's JSON form."""
        for name, default in _members(value.get("locals")):
            self._given[f"local.{name}"] = default
        for name, variable in _members(value.get("variable")):
            if isinstance(variable, dict) and "default" in variable:
                self._given[f"var.{name}"] = variable["default"]
        return {part: self._filled(value[part]) for part in _PARTS if part in value}

    def _filled(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._filled(member) for key, member in value.items()}
        if isinstance(value, list):
            return [self._filled(item) for item in value]
        if not isinstance(value, str) or "${" not in value:
            return value
        if value.startswith("${") and value.endswith("}"):
            self._text = f"x = {value[2:-1]}\n"
            try:
                tree = hcl2.parses_to_tree(self._text)
                return self._value(_inside(_inside(_inside(tree)[0])[0])[-1], ())
            except (LarkError, RecursionError):
                pass
        return self._with_references(value)

    def document(self, tree: Node) -> Document:
        """The value of a file."""
        blocks = [
            (self._labels(node), node) for body in _inside(tree) for node in _inside(body) if node.data == "block"
        ]
        for labels, node in blocks:
            for name, value, _spot in self._attributes(node):
                if labels[0] == "locals":
                    self._named[f"local.{name}"] = value
                elif labels[0] == "variable" and name == "default":
                    self._named[f"var.{labels[-1]}"] = value
        result: dict[str, Any] = {}
        for labels, node in blocks:
            if labels[0] not in _PARTS or (labels[0] == "resource" and not "".join(labels[1:2]).startswith("segment_")):
                continue
            inner = result
            for label in labels:
                inner = _object_at(inner, label)
            self._spots[labels] = ((node.meta.line, node.meta.column),) * 2
            for name, value, spot in self._attributes(node):
                inner[name] = self._placed(value, (*labels, name), spot)
            for nested in self._nested(node):
                # Blocks of one kind are a list, as in Terraform's JSON; each is read as an object of its attributes.
                name = self._labels(nested)[0]
                items = inner.setdefault(name, [])
                if isinstance(items, list):
                    where: Path = (*labels, name, len(items))
                    items.append(
                        {key: self._placed(value, (*where, key), at) for key, value, at in self._attributes(nested)}
                    )
        return Document(noun="a Terraform file", value=result, places=self._places, unknown=tuple(self.unknown))

    def _places(self, path: Path) -> Spots:
        while path and path not in self._spots:
            path = path[:-1]
        return self._spots.get(path, NOWHERE)

    def _labels(self, block: Node) -> tuple[str, ...]:
        names = [node for node in _inside(block) if node.data != "body"]
        return tuple(self._slice(node).strip('"') for node in names)

    def _nested(self, block: Node) -> list[Node]:
        return [
            node for body in _inside(block) if body.data == "body" for node in _inside(body) if node.data == "block"
        ]

    def _attributes(self, block: Node) -> list[tuple[str, Node, Spot]]:
        """The attributes of a block: each with its name, its expression, and the place of the name."""
        bodies = [node for node in _inside(block) if node.data == "body"]
        found = [node for body in bodies for node in _inside(body) if node.data == "attribute"]
        return [
            (self._slice(parts[0]), parts[-1], (parts[0].meta.line, parts[0].meta.column))
            for parts in map(_inside, found)
            if len(parts) > 1
        ]

    def _slice(self, node: Node) -> str:
        return self._text[node.meta.start_pos : node.meta.end_pos]

    def _stands_in(self, expression: str) -> str:
        return stand_in(self.unknown.setdefault(expression, len(self.unknown)))

    def _placed(self, node: Node, path: Path, key: Spot) -> Any:
        self._spots[path] = key, (node.meta.line, node.meta.column)
        return self._value(node, path)

    def _value(self, node: Node, path: Path) -> Any:
        """The value of an expression at a path; a stand-in where the file does not have it."""
        self._depth += 1
        try:
            return self._value_of(node, path)
        finally:
            self._depth -= 1

    def _value_of(self, node: Node, path: Path) -> Any:
        inside = _inside(node)
        while node.data == "expr_term" and len(inside) == 1:
            node, inside = inside[0], _inside(inside[0])
        self._left -= 1
        if self._depth > MAX_DEPTH or self._left < 0:
            return self._stands_in("an expression of too many parts")
        match node.data:
            case "literal_value":
                return _WORDS.get(self._slice(node))
            case "int_lit" | "float_lit":
                return number(self._slice(node))
            case "string":
                return "".join(self._part(part, path) for part in inside)
            case "heredoc_template" | "heredoc_template_trim":
                return self._heredoc(self._slice(node))
            case "tuple":
                return [
                    self._placed(item, (*path, index), (item.meta.line, item.meta.column))
                    for index, item in enumerate(inside)
                ]
            case "object":
                return self._object(inside, path)
            case "function_call" if self._slice(inside[0]) == "jsonencode" and len(inside) == 2:
                arguments = _inside(inside[1])
                if len(arguments) == 1:
                    return self._value(arguments[0], path)
            case "get_attr_expr_term":
                return self._reference(self._slice(node), path)
        return self._stands_in(self._slice(node))

    def _object(self, elements: list[Node], path: Path) -> dict[str, Any]:
        result = {}
        for element in elements:
            key, value = _inside(element)
            written = self._slice(key).strip()
            name = (
                self._value(key.children[0], path)
                if written.startswith('"') and isinstance(key.children[0], Tree)
                else written
            )
            result[str(name)] = self._placed(value, (*path, str(name)), (key.meta.line, key.meta.column))
        return result

    def _reference(self, expression: str, path: Path) -> Any:
        if expression in self._given:
            return self._given[expression]
        known = self._named.pop(expression, None) if _REFERENCE.fullmatch(expression) else None
        if known is None:
            return self._stands_in(expression)
        # It is away while it is worked out, so that one that refers to itself ends.
        value = self._value(known, path)
        self._named[expression] = known
        return value

    def _part(self, part: Node, path: Path) -> str:
        """A part of a text in quotes."""
        [inside] = part.children
        if isinstance(inside, Token):
            return str(inside) if inside.type.startswith("ESCAPED") else _ESCAPE.sub(_unescaped, inside)
        if inside.data != "interpolation":
            return self._stands_in(self._slice(inside))
        [node] = _inside(inside)
        return self._inserted(self._slice(node).strip(), self._value(node, path))

    def _inserted(self, expression: str, value: Any) -> str:
        if _VARIABLE.fullmatch(expression):
            # No expression of Terraform: somebody wrote a reference to a variable of the environment, as a config has it.
            return f"${{{expression}}}"
        self._left -= len(value) >> 6 if isinstance(value, str) else 0
        if self._left < 0:
            return self._stands_in("an expression of too many parts")
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, str | int | float) else self._stands_in(expression)

    def _heredoc(self, written: str) -> str:
        found = _HEREDOC.match(written)
        if found is None:
            return self._stands_in("a text of several lines")
        lines = found[3].split("\n")
        if found[1]:
            indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
            lines = [line[min(indents, default=0) :] for line in lines]
        return self._with_references("\n".join(lines)) + "\n"

    def _with_references(self, template: str) -> str:
        """A template without quotes around it, with the values of the references in it."""

        def inserted(match: re.Match[str]) -> str:
            if match[1] is None:
                return match[0] if match[2] is None else self._stands_in("a template")
            return self._inserted(match[1], self._reference(match[1], ()))

        return _IN_TEMPLATE.sub(inserted, template)


def _object_at(value: dict[str, Any], name: str) -> dict[str, Any]:
    """The object under a name; it replaces anything else that is there."""
    if not isinstance(value.get(name), dict):
        value[name] = {}
    inner: dict[str, Any] = value[name]
    return inner


def _members(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code is None:
        return _ESCAPES.get(match[3], match[3])
    return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else match[0]
