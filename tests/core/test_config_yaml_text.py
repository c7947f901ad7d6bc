"""Texts written as YAML come back as they were, from the config reader and from PyYAML itself."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from abtui.core.config.reader import read_config
from abtui.core.text.yaml_text import entry, is_writable, scalar, value

# Pieces that YAML, references and their shield read as something of their own.
PIECES = ["${", "$${", "$", "{", "}", "${A}", "${A:-", ":-", ": ", " #", "#", "- ", "? ", "'", '"', "\\", "\n", "\r", "\t", " ", "<<", "=", "~", "yes", "Null", "1", "1.5", "2024-01-01", "!x", "&a", "*a", "%", "@", "`", "|", ">", ",", "[", "]", "\x00", "\x7f", "\x85", "\u2028", "\ufeff", "\ufffe", "\uf8f0", "\uf8f1", "\x1b[2J", "\u202e", "é", "😀", "---", "...", "k" * 1100, "Order Completed", "https://a.io/v1"]  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=8).map("".join))
WRITABLE = TEXTS.filter(is_writable)

HEAD = "settings:\n  collectorEndpoint: https://a.io/v1\n  environment: e\n  unitMapping:\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("purchase", "purchase"),
        ("Order Completed", "Order Completed"),
        ("user_id", "user_id"),
        ("add-to-cart", "add-to-cart"),
        ("https://acme.absmartly.io/v1", "https://acme.absmartly.io/v1"),
        ("http://127.0.0.1:8200/v1", "http://127.0.0.1:8200/v1"),
        ("Page: Home", '"Page: Home"'),
        ("", '""'),
        ("yes", '"yes"'),
        ("Null", '"Null"'),
        ("12", '"12"'),
        ("0x1F", '"0x1F"'),
        ("1e3", '"1e3"'),
        ("a - b", '"a - b"'),
        ("a  b", '"a  b"'),
        (" a", '" a"'),
        ("a #b", '"a #b"'),
        ('say "hi"\\', '"say \\"hi\\"\\\\"'),
        ("a\nb\tc", '"a\\nb\\tc"'),
        ("\x1b[2J\u202e\ufeff", '"\\x1b[2J\\u202e\\ufeff"'),
        ("Überblick 😀", '"Überblick 😀"'),
    ],
)
def test_how_a_text_is_written(text: str, written: str) -> None:
    assert scalar(text) == written


@given(TEXTS)
def test_every_text_is_a_scalar_on_one_printable_line(text: str) -> None:
    written = scalar(text)
    assert len(written.splitlines()) == 1
    assert written.isprintable() or not text.isprintable()
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert yaml.safe_load(f"[{written}]") == [text]


@given(st.dictionaries(WRITABLE, WRITABLE, min_size=1, max_size=5))
@example({"${A:-x": "}", "}": "${"})
@example({"<<": "a", "k" * 2000: "b", "yes": "no"})
def test_every_map_is_read_back(texts: dict[str, str]) -> None:
    reading = read_config(HEAD + "".join(entry(key, text, "    ") for key, text in texts.items()), {"A": "wrong"})
    assert reading.config is not None, reading.findings
    assert dict(reading.config.settings["unitMapping"]) == texts
    assert not any(item.code in ("CONFIG-KEY-NOT-TEXT", "CONFIG-ENV-FORM") for item in reading.findings)


@given(WRITABLE)
@example("${A}")
@example("$$${A:-b}")
@example("$\uf8f1{")
def test_every_value_is_read_back(text: str) -> None:
    written = value(text)
    reading = read_config(f"{HEAD}    a: {written}\ncatalog:\n  goals:\n    - {written}\n", {"A": "wrong"})
    assert reading.config is not None, reading.findings
    assert reading.config.settings["unitMapping"] == {"a": text}
    assert reading.config.catalog.goals == {text}


@pytest.mark.parametrize(("text", "can"), [("", True), ("\x00", True), ("\ud800", False), ("$\uf8f0", False), ("\uf8f0", True)])  # fmt: skip
def test_what_no_config_can_hold(text: str, can: bool) -> None:
    assert is_writable(text) is can
