"""The tags of LiquidJS that Segment allows, on python-liquid's parser, which knows a template's structure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TextIO

from liquid import Environment, Mode
from liquid.ast import Node
from liquid.builtin import comment_tag, content, inline_comment_tag, liquid_tag
from liquid.context import RenderContext
from liquid.exceptions import StopRender
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import TOKEN_DOC, TOKEN_EOF, TOKEN_EXPRESSION, TOKEN_ILLEGAL, TOKEN_OUTPUT, Token

from abtui.core.destinations.actions.liquid.expressions import Reader, Scope, Value
from abtui.core.destinations.actions.liquid.problems import FilterProblem, problem_at
from abtui.core.destinations.actions.liquid.values import as_text, is_true
from abtui.core.text.javascript import JavaScriptTypeError

SCOPE: Final = "scope"
"""The name under which a render has its Scope."""
_DISABLED: Final = ("case", "for", "include", "layout", "render", "tablerow")
Write = Callable[[RenderContext, Scope, TextIO], object]


class _Part(Node):
    """A tag or an output, made into a function. What it throws is an error at its place."""

    def __init__(self, token: Token, start: int, write: Write) -> None:
        super().__init__(token)
        self.blank = False
        self._start = start
        self._write = write

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        try:
            self._write(context, context.globals[SCOPE], buffer)  # type: ignore[arg-type]
        except (FilterProblem, JavaScriptTypeError) as found:
            raise problem_at("RenderError", str(found), self.token.source, self._start) from None
        return 0


def _start(token: Token) -> int:
    """Where the `{%` or `{{` of a token is."""
    return token.start_index if token.kind == TOKEN_OUTPUT else max(token.source.rfind("{%", 0, token.start_index), 0)


def _reader(stream: TokenStream, token: Token) -> Reader:
    """A reader of the expression behind a token, which is then taken."""
    if stream.current.kind == TOKEN_EXPRESSION:
        expression = stream.next()
        reader = Reader(expression.source, expression.start_index, expression.start_index + len(expression.value))
        if not expression.value:
            reader.move_over_blanks()
        return reader
    end = token.start_index + len(token.value)
    return Reader(token.source, end, end)


class _Output(Tag):
    """`{{ value }}`, and the tag `echo`."""

    name = TOKEN_OUTPUT
    block = False

    def parse(self, stream: TokenStream) -> Node:
        token = stream.next()
        value = _reader(stream, token).filtered()
        stream.pos -= 1
        return _Part(
            token, _start(token), lambda _context, scope, buffer: buffer.write(scope.made(as_text(value(scope))))
        )


class _Echo(_Output):
    name = "echo"


class _If(Tag):
    """`if` with its branches; `unless` turns the first condition round."""

    name = "if"
    end = "endif"
    wanted = True

    def parse(self, stream: TokenStream) -> Node:
        token = stream.next()
        branches: list[tuple[Value | None, bool, Node]] = []
        condition: Value | None = _reader(stream, token).filtered()
        wanted = self.wanted
        while True:
            block = get_parser(self.env).parse_block(stream, ("elsif", "else", self.end))
            branches.append((condition, wanted, block))
            following = stream.current
            if following.kind == TOKEN_EOF:
                raise not_closed(token)
            if following.value == self.end:
                break
            stream.next()
            reader = _reader(stream, following)
            condition, wanted = (reader.filtered() if following.value == "elsif" else None), True

        def write(context: RenderContext, scope: Scope, buffer: TextIO) -> object:
            for condition, wanted, block in branches:
                if condition is None or is_true(condition(scope)) is wanted:
                    return block.render(context, buffer)
            return 0

        return _Part(token, _start(token), write)


class _Unless(_If):
    name = "unless"
    end = "endunless"
    wanted = False


def not_closed(token: Token) -> Exception:
    """The error about a tag whose block has no end."""
    start = _start(token)
    text = token.source[start : token.source.find("%}", start) + 2]
    return problem_at("ParseError", f"tag {text} not closed", token.source, start)


class _Assign(Tag):
    name = "assign"
    block = False

    def parse(self, stream: TokenStream) -> Node:
        token = stream.next()
        reader = _reader(stream, token)
        name = reader.word()
        if not name:
            raise reader.error("expected variable name")
        reader.skip()
        if not reader.takes("="):
            raise reader.error('expected "="')
        value = reader.filtered()
        if stream.tokens[stream.pos - 1].kind == TOKEN_EXPRESSION:
            stream.pos -= 1
        return _Part(
            token, _start(token), lambda _context, scope, _buffer: scope.variables.update({name: value(scope)})
        )


class _Capture(Tag):
    name = "capture"
    end = "endcapture"

    def parse(self, stream: TokenStream) -> Node:
        token = stream.next()
        reader = _reader(stream, token)
        reader.skip()
        name = reader.word() or reader.quoted()
        if not name:
            raise problem_at("ParseError", f"invalid capture variable name {token.value}", token.source, _start(token))
        block = get_parser(self.env).parse_block(stream, (self.end,))
        if stream.current.kind == TOKEN_EOF:
            raise not_closed(token)

        def write(context: RenderContext, scope: Scope, _buffer: TextIO) -> object:
            captured = context.template._get_buffer()
            block.render(context, captured)
            scope.variables[name] = captured.getvalue()
            return 0

        return _Part(token, _start(token), write)


class _Counter(Tag):
    """`increment`, which prints the number before, and `decrement`, which prints the one after."""

    name = "increment"
    block = False
    step = 1

    def parse(self, stream: TokenStream) -> Node:
        token = stream.next()
        name = _reader(stream, token).word()
        if stream.tokens[stream.pos - 1].kind == TOKEN_EXPRESSION:
            stream.pos -= 1
        step = self.step

        def write(_context: RenderContext, scope: Scope, buffer: TextIO) -> object:
            before = scope.counters.get(name, 0)
            scope.counters[name] = before + step
            return buffer.write(str(before if step > 0 else before + step))

        return _Part(token, _start(token), write)


class _Decrement(_Counter):
    name = "decrement"
    step = -1


class _Break(Tag):
    """`break` and `continue`: outside of a loop they end the template."""

    name = "break"
    block = False

    def parse(self, stream: TokenStream) -> Node:
        token = stream.current

        def write(_context: RenderContext, _scope: Scope, _buffer: TextIO) -> object:
            raise StopRender

        return _Part(token, _start(token), write)


class _Continue(_Break):
    name = "continue"


class _Unknown(Tag):
    """A tag that LiquidJS does not have, or that Segment has switched off."""

    name = TOKEN_ILLEGAL
    block = False

    def parse(self, stream: TokenStream) -> Node:
        token = stream.current
        name = "doc" if token.kind == TOKEN_DOC else token.value
        message = f'tag "{name}" is disabled' if name in _DISABLED else f'tag "{name}" not found'
        raise problem_at("ParseError", message, token.source, _start(token))


class LiquidJS(Environment):
    """python-liquid with LiquidJS's tags."""

    suppress_blank_control_flow_blocks = False
    block_nesting_limit = 500

    def __init__(self) -> None:
        super().__init__(tolerance=Mode.STRICT)

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Add the tags. The filters are those of the expressions."""
        tags: Iterable[type[Tag]] = (
            content.Literal,
            _Output,
            _Echo,
            _If,
            _Unless,
            _Assign,
            _Capture,
            _Counter,
            _Decrement,
            _Break,
            _Continue,
            _Unknown,
            comment_tag.CommentTag,
            inline_comment_tag.InlineCommentTag,
            liquid_tag.LiquidTag,
        )
        for tag in tags:
            self.add_tag(tag)
