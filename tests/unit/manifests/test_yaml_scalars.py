"""Plain scalars as sigs.k8s.io/yaml (go-yaml v2) reads them."""

from __future__ import annotations

import math

import pytest

from npverify.manifests.scalars import key_text, resolve_plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", True),
        ("yes", True),
        ("y", True),
        ("Off", False),
        ("N", False),
        ("yEs", "yEs"),
        ("~", None),
        ("", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("12:30", "12:30"),
        ("190:20:30", "190:20:30"),
        ("2001-12-14", "2001-12-14"),
        ("010", 8),
        ("0o10", 8),
        ("0O17", 15),
        ("08", 8.0),
        ("0x10", 16),
        ("0XfF", 255),
        ("-0b101", -5),
        ("0b2", "0b2"),
        ("0x", "0x"),
        ("1_000", 1000),
        ("+1_0", 10),
        ("_1", "_1"),
        ("1e3", 1000.0),
        ("1.", 1.0),
        (".5", 0.5),
        (".5_0", ".5_0"),
        ("1_0.5", 10.5),
        ("1e400", "1e400"),
        ("-", "-"),
        (".", "."),
        ("1.2.3", "1.2.3"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("-.inf", -math.inf),
        ("18446744073709551616", 2**64),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_plain_scalar_means_what_kubectl_reads(text, value):
    found = resolve_plain(text)

    assert (type(value), value) == (type(found), found)


def test_not_a_number_is_one():
    assert math.isnan(resolve_plain(".nan"))


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (False, "false"), (1, "1"), (1.5, "1.5"), ("on", "on"), (None, None)]
)
def test_key_becomes_the_text_that_json_has(value, text):
    assert key_text(value) == text
