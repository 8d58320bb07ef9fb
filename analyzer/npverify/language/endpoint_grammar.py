"""The grammar of endpoints: from words to `Endpoints`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_network

from npverify.errors import UsageError
from npverify.language.endpoints import (
    Addresses,
    Bare,
    Endpoint,
    Endpoints,
    EveryPod,
    Everything,
    Head,
    Internet,
    Itself,
    Named,
    Nodes,
    looks_like_address,
)
from npverify.language.selectors import Labels, check_namespace, read_labels, read_plain_labels
from npverify.language.vocabulary import (
    ANYTHING,
    ARTICLES,
    EXCEPT,
    ITSELF,
    KINDS,
    LABEL_INTRODUCTIONS,
    NAMESPACE,
    NODES,
    OUTSIDE,
    POD_NOUNS,
    STRUCTURE,
    UNIVERSAL,
    WHERE_IN,
    WHERE_OUT,
)
from npverify.language.words import Words, error_at, nearest

ENDPOINT_FORMS = (
    "an endpoint: a name such as `frontend`, labels such as `app=frontend`, `shop/deployment/api`, "
    "`svc/shop/api`, `203.0.113.0/24`, `internet`, `node` or `any`"
)

_HINT = "name an endpoint as in `frontend`, `shop/app=frontend`, `shop/deployment/api` or `203.0.113.0/24`"
_OPERATORS = re.compile(r"[=!,(]")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the pods are to live: in the namespace `inside`, or in none of `outside`."""

    inside: str | None = None
    outside: tuple[str, ...] = ()


def read_endpoints(words: Words) -> Endpoints:
    """The endpoints that the words mean: several joined by `or`, without those after `except`; raises
    UsageError.
    """
    place = words.find(EXCEPT)
    if place is None:
        return _read_union(words)
    return replace(_read_union(words.part(0, place)), excluded=_read_union(words.part(place + 1)))


def _read_union(words: Words) -> Endpoints:
    parts = tuple(_split(words))
    place = words.find(("and",))
    return Endpoints(
        members=tuple(_read_member(part) for part in parts),
        is_universal=any(part.keyword(0) in UNIVERSAL for part in parts),
        conjunction=None if place is None else (words.words[place].start, words.words[place].end),
    )


def _split(words: Words) -> Iterator[Words]:
    first = 0
    while (place := words.find(("or", "and"), first)) is not None:
        yield words.part(first, place)
        first = place + 1
    yield words.part(first)


def _read_member(words: Words) -> Endpoint:
    if not len(words):
        raise words.error("an endpoint is missing", expected=ENDPOINT_FORMS, hint=_HINT)
    if words.keyword(0) in ITSELF:
        return Endpoint(_read_itself(words), words.text, words.start, words.end)
    if words.keywords() in (*OUTSIDE, *(("the", *phrase) for phrase in OUTSIDE)):
        return Endpoint(Internet(), words.text, words.start, words.end)
    rest, place = _take_places(words)
    head = _read_head(rest, place)
    return _place(Endpoint(head, words.text, words.start, words.end), place)


def _read_itself(words: Words) -> Itself:
    """`itself`, `itself through a Service`, `itself through svc/shop/api`."""
    rest = words.part(1)
    if not len(rest):
        return Itself()
    via = rest.part(1)
    while len(via) and via.keyword(0) in ARTICLES | {"its", "their"}:
        via = via.part(1)
    if rest.keyword(0) == "through" and via.keywords() in (("service",), ("services",)):
        return Itself()
    service = _read_member(via) if rest.keyword(0) == "through" and len(via) else None
    if service is not None:
        match service.head:
            case Named(kind="Service"):
                return Itself(service)
            case Bare((name,), namespace):
                return Itself(replace(service, head=Named("Service", namespace, name)))
    raise rest.error(
        f"`{rest.written}` names no Service through which a pod could reach itself",
        expected=f"the end of the question after `{words.part(0, 1).written}`, or `through` and a Service",
        hint="write `itself`, or `itself through svc/shop/api`",
    )


def _place(endpoint: Endpoint, place: _Place) -> Endpoint:
    """The endpoint in its place; raises UsageError where it cannot be there."""
    head = endpoint.head
    if place == _Place():
        return endpoint
    if isinstance(head, Internet | Nodes | Addresses | Itself):
        raise error_at(
            endpoint.text,
            endpoint.start,
            endpoint.end,
            "addresses and nodes are in no namespace",
            expected="an endpoint of pods, or no namespace",
            hint="leave out the namespace",
        )
    if place.inside is None:
        return replace(endpoint, outside=place.outside)
    if isinstance(head, Everything | EveryPod):
        return replace(endpoint, head=Labels(namespace=place.inside))
    if head.namespace not in (None, place.inside):
        raise error_at(
            endpoint.text,
            endpoint.start,
            endpoint.end,
            f"no pod is both in namespace `{head.namespace}` and in namespace `{place.inside}`",
            expected="one namespace",
            hint="name the namespace once",
        )
    return replace(endpoint, head=replace(head, namespace=place.inside))


# Namespaces around an endpoint ------------------------------------------------------------------------


def _take_places(words: Words) -> tuple[Words, _Place]:
    """The words before the first `in namespace X` or `outside namespace X`, and what those say."""
    first: int | None = None
    inside: str | None = None
    outside: list[str] = []
    index = 0
    while index < len(words):
        found = _read_place(words, index)
        if found is None:
            if first is not None:
                raise words.part(index).error(
                    f"`{words.part(index).written}` does not belong here",
                    expected="the end of the endpoint after its namespace",
                    hint="put the namespace last, as in `any frontend pod in namespace shop`",
                )
            index += 1
            continue
        first = index if first is None else first
        is_in, name, index = found
        if is_in and inside is not None and inside != name:
            raise words.part(first).error(
                f"no pod is both in namespace `{inside}` and in namespace `{name}`",
                expected="one namespace",
                hint="name the namespace once",
            )
        if is_in:
            inside = name
        else:
            outside.append(name)
    if inside is not None and outside:
        raise words.part(first or 0).error(
            "the endpoint is placed both inside and outside a namespace",
            expected="either `in namespace …` or `outside namespace …`",
            hint=f"`in namespace {inside}` alone already leaves out every other namespace",
        )
    return words.part(0, first), _Place(inside, tuple(dict.fromkeys(outside)))


def _read_place(words: Words, index: int) -> tuple[bool, str, int] | None:
    """Whether it says `in` or `outside`, the namespace, and where it ends; None where no place starts."""
    is_negated = words.keyword(index) == "not" and words.keyword(index + 1) in WHERE_IN
    index += is_negated
    preposition = words.keyword(index)
    if preposition not in WHERE_IN | WHERE_OUT:
        return None
    is_in = preposition in WHERE_IN and not is_negated
    index += 1
    index += preposition in WHERE_OUT and words.keyword(index) == "of"
    index += words.keyword(index) in ("the", "a", "any")
    if words.keyword(index) in NAMESPACE:
        if index + 1 >= len(words):
            raise words.part(index + 1).error(
                "the name of the namespace is missing",
                expected="the name of a namespace",
                hint="write `in namespace shop`",
            )
        return is_in, _namespace(words, index + 1), index + 2
    if words.keyword(index + 1) in NAMESPACE:
        return is_in, _namespace(words, index), index + 2
    return None


def _namespace(words: Words, index: int) -> str:
    word = words.words[index]
    return check_namespace(words.text, word.start, word.start + len(word.text.rstrip(",")))


# What stands before -----------------------------------------------------------------------------------


def _read_head(words: Words, place: _Place) -> Head:
    rest = words
    while len(rest) and rest.keyword(0) in ARTICLES:
        rest = rest.part(1)
    if not len(rest):
        return _read_alone(words, place)
    while len(rest) > 1 and rest.keyword(len(rest) - 1) in POD_NOUNS:
        rest = rest.part(0, len(rest) - 1)
    return _read_core(rest)


def _read_alone(words: Words, place: _Place) -> Head:
    """Articles and nothing else."""
    if any(keyword in ANYTHING for keyword in words.keywords()):
        return Everything()
    if not len(words) and place.inside is not None:
        return EveryPod()
    if not len(words) and place.outside:
        return Everything()
    raise words.error(
        f"`{words.written}` of what" if len(words) else "an endpoint is missing",
        expected=ENDPOINT_FORMS,
        hint=_HINT,
    )


def _read_core(words: Words) -> Head:
    keywords = words.keywords()
    if keywords in OUTSIDE:
        return Internet()
    if len(words) == 1 and keywords[0] in ANYTHING:
        return Everything()
    if len(words) == 1 and keywords[0] in NODES:
        return Nodes()
    if all(keyword in POD_NOUNS for keyword in keywords):
        return EveryPod()
    if len(words) == 2 and keywords[0] in NAMESPACE:
        return Labels(namespace=_namespace(words, 1))
    if len(words) == 2 and keywords[1] in NAMESPACE:
        return Labels(namespace=_namespace(words, 0))
    return _read_labels(words) or _read_name(words)


def _read_labels(words: Words) -> Head | None:
    """A label selector, if the words are one."""
    rest = words
    while len(rest) > 1 and rest.keyword(0) in POD_NOUNS:
        rest = rest.part(1)
    introduced = rest
    while len(introduced) > 1 and introduced.keyword(0) in LABEL_INTRODUCTIONS | {"the", "a"}:
        introduced = introduced.part(1)
    if len(introduced) < len(rest):
        return read_plain_labels(words.text, introduced.start, _end_of(introduced))
    written = words.text[rest.start : _end_of(rest)]
    if _OPERATORS.search(written) or written.casefold().startswith("ns:"):
        return read_labels(words.text, rest.start, _end_of(rest))
    return None


def _end_of(words: Words) -> int:
    """Where the words end, without a comma that separates them from what follows."""
    return words.start + len(words.text[words.start : words.end].rstrip(", "))


def _read_name(words: Words) -> Head:
    if len(words) > 1:
        return _read_phrase(words)
    word = words.words[0]
    written = words.text[word.start : _end_of(words)]
    if looks_like_address(written):
        return _read_address(words, written)
    if "/" in written:
        return _read_path(words, written)
    return _read_phrase(words)


def _read_phrase(words: Words) -> Head:
    for index, word in enumerate(words.words):
        if words.keyword(index) in STRUCTURE or not _NAME.fullmatch(word.text.rstrip(",")):
            raise words.part(index, index + 1).error(
                f"`{word.text}` does not belong in an endpoint",
                expected=ENDPOINT_FORMS,
                hint=f"{_HINT}; an object that is called like a word of the question is written `*/name`",
            )
    return Bare(tuple(word.text.rstrip(",") for word in words.words))


def _read_address(words: Words, written: str) -> Head:
    try:
        return Addresses(ip_network(written, strict=False), written)
    except ValueError:
        single = "/" not in written
        raise words.error(
            f"`{written}` is no IP {'address' if single else 'network'}",
            expected="an IPv4 or IPv6 address, or a network in CIDR notation",
            hint="write an address as in `203.0.113.7`, a network as in `203.0.113.0/24` or `2001:db8::/32`",
        ) from None


def _read_path(words: Words, written: str) -> Head:
    """`kind/name`, `namespace/name`, `namespace/kind/name`, `svc/namespace/name`, or a prefixed label key."""
    parts = written.split("/")
    start, end = words.start, words.start + len(written)
    if "." in parts[0] or (len(parts) == 2 and parts[1] in ("", "*")):
        return read_labels(words.text, start, end)
    if len(parts) > 3 or not all(_NAME.fullmatch(p) for p in parts[1:]):
        raise _no_path(words, written)
    first, last = parts[0].casefold(), parts[-1]
    if len(parts) == 2:
        if first in KINDS:
            return Named(KINDS[first], None, last.lower())
        namespace = None if first == "*" else check_namespace(words.text, start, start + len(parts[0]))
        return Bare((last,), namespace)
    middle = parts[1].casefold()
    if middle in KINDS:
        return Named(KINDS[middle], check_namespace(words.text, start, start + len(parts[0])), last.lower())
    if first in KINDS:
        place = start + len(parts[0]) + 1
        return Named(KINDS[first], check_namespace(words.text, place, place + len(parts[1])), last.lower())
    if "." in middle:
        return read_labels(words.text, start, end)
    raise _no_path(words, written)


def _no_path(words: Words, written: str) -> UsageError:
    parts = written.split("/")
    close = nearest(parts[1], KINDS, most=1) if len(parts) == 3 else ()
    return words.error(
        f"`{written}` is no endpoint",
        expected="`namespace/kind/name`, `svc/namespace/name`, `kind/name` or `namespace/labels`",
        suggestion=f"{parts[0]}/{close[0]}/{parts[2]}" if close else None,
        hint="write a workload as `shop/deployment/api`, a Service as `svc/shop/api`",
    )
