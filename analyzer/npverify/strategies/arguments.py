"""Checks of the arguments that strategies take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TypeVar

from hypothesis.errors import InvalidArgument

from npverify.manifests.names import (
    label_key_fault,
    label_value_fault,
    name_fault,
    namespace_fault,
    port_name_fault,
    port_number_fault,
)
from npverify.resources import Address, Network

_Parsed = TypeVar("_Parsed")


def check_keys(name: str, values: Sequence[str]) -> tuple[str, ...]:
    """The label keys, if there is at least one and the API server takes all of them."""
    return _check_each(name, values, label_key_fault)


def check_values(name: str, values: Sequence[str]) -> tuple[str, ...]:
    """The label values, if there is at least one and the API server takes all of them."""
    return _check_each(name, values, label_value_fault)


def check_namespaces(name: str, values: Sequence[str]) -> tuple[str, ...]:
    """The names of namespaces, if there is at least one and the API server takes all of them."""
    return _check_each(name, values, namespace_fault)


def check_port_names(name: str, values: Sequence[str]) -> tuple[str, ...]:
    """The names of ports, if there is at least one and the API server takes all of them."""
    return _check_each(name, values, port_name_fault)


def check_name(name: str, value: str) -> str:
    """The name of an object, if the API server takes it."""
    return _check_each(name, (value,), name_fault)[0]


def check_ports(name: str, values: Sequence[int]) -> tuple[int, ...]:
    """The ports, if there is at least one and all are port numbers."""
    if not values or not all(_is_whole(value) and not port_number_fault(value) for value in values):
        raise InvalidArgument(f"{name}={values!r} must be a sequence of at least one port within 1-65535")
    return tuple(values)


def check_networks(name: str, values: Sequence[str]) -> tuple[Network, ...]:
    """The networks, if there is at least one and no bit is set beyond a prefix."""
    return tuple(_parse(name, value, ip_network) for value in _check_texts(name, values))


def check_addresses(name: str, values: Sequence[str]) -> tuple[Address, ...]:
    """The addresses, if all are addresses and no two are the same."""
    addresses = tuple(_parse(name, value, ip_address) for value in _check_texts(name, values, least=0))
    if len(set(addresses)) < len(addresses):
        raise InvalidArgument(f"{name}={values!r} must hold no address twice")
    return addresses


def check_pod_addresses(name: str, values: Sequence[str]) -> tuple[Address, ...]:
    """The addresses, if one pod can have all of them: at most one of each family."""
    addresses = check_addresses(name, values)
    if len({address.version for address in addresses}) < len(addresses):
        raise InvalidArgument(f"{name}={values!r} must hold at most one address of each family")
    return addresses


def check_size(name: str, value: int, *, least: int = 0) -> int:
    """The value, if it is a whole number that is not too small."""
    if not _is_whole(value) or value < least:
        raise InvalidArgument(f"{name}={value!r} must be a whole number of at least {least}")
    return value


@dataclass(frozen=True, slots=True)
class PolicyVocabulary:
    """What policies speak of, each part checked under the name of its argument."""

    namespaces: Sequence[str]
    keys: Sequence[str]
    values: Sequence[str]
    networks: Sequence[str]
    ports: Sequence[int]
    names: Sequence[str]

    def __post_init__(self) -> None:
        check_namespaces("namespaces", self.namespaces)
        check_keys("keys", self.keys)
        check_values("values", self.values)
        check_networks("networks", self.networks)
        check_ports("ports", self.ports)
        check_port_names("names", self.names)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_texts(name: str, values: Sequence[str], least: int = 1) -> tuple[str, ...]:
    texts = () if isinstance(values, str) else tuple(values)
    if isinstance(values, str) or len(texts) < least or not all(isinstance(text, str) for text in texts):
        wanted = "a sequence of at least one string" if least else "a sequence of strings"
        raise InvalidArgument(f"{name}={values!r} must be {wanted}")
    return texts


def _check_each(name: str, values: Sequence[str], find_fault: Callable[[str], str | None]) -> tuple[str, ...]:
    texts = _check_texts(name, values)
    for text in texts:
        if fault := find_fault(text):
            raise InvalidArgument(f"{name}: {text!r}: {fault}")
    return texts


def _parse(name: str, text: str, parse: Callable[[str], _Parsed]) -> _Parsed:
    try:
        return parse(text)
    except ValueError as error:
        raise InvalidArgument(f"{name}: {error}") from error
