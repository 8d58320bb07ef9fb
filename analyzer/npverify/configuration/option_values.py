"""Options of npverify.yaml: those of the shared table, each by its kind."""

from __future__ import annotations

from npverify.cni import CniProfile, profile_of
from npverify.configuration.fields import choice, text_or_texts
from npverify.configuration.options import OPTIONS, Kind, Option, OptionValues
from npverify.configuration.resolving import EXAMPLE, joined, parse_resolution
from npverify.errors import UsageError
from npverify.manifests.cidrs import parse_network
from npverify.manifests.values import Value
from npverify.resources import Network


def parse_options(root: Value) -> OptionValues:
    """The options that are given, as far as they are sound; what is not is reported."""
    values: dict[str, object] = {}
    for name, option in OPTIONS.items():
        given = root.get(name)
        value = None if given is None else _parse(given, option)
        if value is not None:
            values[name] = value
    return values


def _parse(value: Value, option: Option) -> object | None:
    match option.kind:
        case Kind.CHOICE:
            assert option.choices is not None  # every choice has some
            word = choice(value, list(option.choices))
            return None if word is None else option.choices(word)
        case Kind.FLAG:
            return value.boolean()
        case Kind.SECONDS:
            return _seconds(value)
        case Kind.NETWORKS:
            found = [_network(item) for item in text_or_texts(value)]
            return tuple(network for network in found if network is not None)
        case Kind.PLUGIN:
            return _profile(value)
        case Kind.RESOLUTIONS:
            named = [_resolution(item) for item in text_or_texts(value)]
            return joined(each for each in named if each is not None)


def _seconds(value: Value) -> float | None:
    data = value.data
    if isinstance(data, bool) or not isinstance(data, int | float) or not data >= 0:
        value.fail("must be a number of seconds, 0 or more", hint="0 stands for no limit")
        return None
    return float(data)


def _profile(value: Value) -> CniProfile | None:
    text = value.text()
    if text is None:
        return None
    try:
        return profile_of(text)
    except UsageError as error:
        value.fail(str(error), hint=error.hint)
        return None


def _resolution(value: Value) -> tuple[str, tuple[Network, ...]] | None:
    text = value.text()
    found = None if text is None else parse_resolution(text)
    if text is not None and found is None:
        value.fail(f"`{text}` gives no domain name addresses", hint=f"write it as {EXAMPLE}")
    return found


def _network(value: Value) -> Network | None:
    text = value.text()
    network = None if text is None else parse_network(text)
    if text is not None and network is None:
        value.fail(f"`{text}` is not a valid CIDR", hint="write it as 10.244.0.0/16")
    return network
