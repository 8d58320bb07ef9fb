"""Names, labels and ports as the API server's validation wants them (semantics/kubernetes.md section 2)."""

from __future__ import annotations

import re
from functools import lru_cache

_LABEL_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?\Z")
_NAME_PART = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?\Z")
_SUBDOMAIN = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\Z")
_DNS_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?\Z")
_PORT_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?\Z")

MOST_NAME = 63
MOST_SUBDOMAIN = 253
MOST_PORT_NAME = 15


def name_fault(name: str) -> str | None:
    """What is wrong with an object's name, or None."""
    if len(name) > MOST_SUBDOMAIN:
        return f"must be no more than {MOST_SUBDOMAIN} characters"
    if not _SUBDOMAIN.match(name):
        return (
            "must be a lowercase RFC 1123 subdomain: lower case letters, digits, `-` and `.`, "
            "with a letter or digit at both ends"
        )
    return None


def namespace_fault(name: str) -> str | None:
    """What is wrong with a namespace's name, or None."""
    if len(name) > MOST_NAME:
        return f"must be no more than {MOST_NAME} characters"
    if not _DNS_LABEL.match(name):
        return (
            "must be a lowercase RFC 1123 label: lower case letters, digits and `-`, "
            "with a letter or digit at both ends"
        )
    return None


@lru_cache(maxsize=4096)
def label_key_fault(key: str) -> str | None:
    """What is wrong with a label key, or None."""
    prefix, slash, name = key.rpartition("/")
    if slash and (not prefix or len(prefix) > MOST_SUBDOMAIN or not _SUBDOMAIN.match(prefix)):
        return "the prefix of a label key must be a DNS subdomain of at most 253 characters"
    if not name or len(name) > MOST_NAME or not _NAME_PART.match(name):
        return (
            "a label key must be at most 63 letters, digits, `-`, `_` and `.`, "
            "with a letter or digit at both ends"
        )
    return None


@lru_cache(maxsize=4096)
def label_value_fault(value: str) -> str | None:
    """What is wrong with a label value, or None."""
    if len(value) > MOST_NAME or not _LABEL_VALUE.match(value):
        return (
            "a label value must be empty, or at most 63 letters, digits, `-`, `_` and `.`, "
            "with a letter or digit at both ends"
        )
    return None


def port_name_fault(name: str) -> str | None:
    """What is wrong with a port name, or None."""
    if not 1 <= len(name) <= MOST_PORT_NAME:
        return f"a port name must be 1 to {MOST_PORT_NAME} characters"
    if not _PORT_NAME.match(name) or "--" in name:
        return "a port name holds lower case letters, digits and single `-`, with no `-` at an end"
    if not any(character.isalpha() for character in name):
        return "a port name must hold at least one letter"
    return None


def port_number_fault(number: int) -> str | None:
    """What is wrong with a port number, or None."""
    return None if 1 <= number <= 65_535 else "must be between 1 and 65535, inclusive"
