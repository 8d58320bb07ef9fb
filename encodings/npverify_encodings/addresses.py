"""IP addresses of the two ends of a flow: 32- and 128-bit vectors with one family flag for the flow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from npverify_encodings.model import Address, Network
from npverify_encodings.smtlib import FALSE, Script, negate

IS_IPV6 = "ipv6"
"""The flow's family: both ends of a connection have addresses of the same one."""

WIDTHS = {4: 32, 6: 128}


class AddressEncoder:
    """The address of one end of the flow."""

    def __init__(self, script: Script, side: str) -> None:
        self._script = script
        self.side = side
        self._mentioned: dict[Network, None] = {}

    @property
    def is_used(self) -> bool:
        """Whether any term mentions the address."""
        return bool(self._mentioned)

    def variable(self, version: int) -> str:
        """The label of the bit-vector for one family."""
        return f"{self.side} address {'ipv6' if version == 6 else 'ipv4'}"

    def of_family(self, version: int) -> str:
        """A term that is true iff the flow is of this address family."""
        flag = self._script.declare(IS_IPV6, "Bool")
        return flag if version == 6 else negate(flag)

    def of_families(self, versions: set[int]) -> str:
        """A term that is true iff the flow is of one of these address families."""
        return self._script.any_of(self.of_family(version) for version in sorted(versions))

    def encode(self, network: Network) -> str:
        """A term that is true iff the address lies in the network; a prefix is `extract == constant`."""
        self._mentioned[network] = None
        return self._member(network)

    def _member(self, network: Network) -> str:
        family = self.of_family(network.version)
        if network.prefixlen == 0:
            return family
        width = WIDTHS[network.version]
        variable = self._script.declare(self.variable(network.version), f"(_ BitVec {width})")
        prefix = f"#b{int(network.network_address) >> (width - network.prefixlen):0{network.prefixlen}b}"
        bits = f"((_ extract {width - 1} {width - network.prefixlen}) {variable})"
        return self._script.all_of((family, f"(= {bits} {prefix})"))

    def encode_is(self, address: Address) -> str:
        """A term that is true iff the address is this one."""
        width = WIDTHS[address.version]
        variable = self._script.declare(self.variable(address.version), f"(_ BitVec {width})")
        return self._script.all_of(
            (self.of_family(address.version), f"(= {variable} #x{int(address):0{width // 4}x})")
        )

    def encode_ending(self, last: int) -> str:
        """A term that is true iff the last byte of the address is this one."""
        terms = []
        for version, width in WIDTHS.items():
            variable = self._script.declare(self.variable(version), f"(_ BitVec {width})")
            byte = f"(= ((_ extract 7 0) {variable}) #x{last:02x})"
            terms.append(self._script.all_of((self.of_family(version), byte)))
        return self._script.any_of(terms)

    def encode_any(self, networks: Iterable[Network]) -> str:
        """A term that is true iff the address lies in one of the networks."""
        return self._script.any_of(self._member(network) for network in networks)

    def encode_open(self, pod_networks: Sequence[Network]) -> str:
        """A term that is true iff the address lies in some mentioned network that does not hold all of
        `pod_networks`: a verdict that needs this of a pod hangs on an address which nobody knows.
        """
        open_networks = [n for n in self._mentioned if not _covers(n, pod_networks)]
        return self.encode_any(open_networks) if open_networks else FALSE


def distinct(script: Script, one: AddressEncoder, other: AddressEncoder) -> str:
    """A term that is true iff the two ends have different addresses."""
    terms = []
    for version in (4, 6):
        width = WIDTHS[version]
        left = script.declare(one.variable(version), f"(_ BitVec {width})")
        right = script.declare(other.variable(version), f"(_ BitVec {width})")
        terms.append(script.all_of((one.of_family(version), f"(= {left} {right})")))
    return negate(script.any_of(terms))


def _covers(network: Network, pod_networks: Sequence[Network]) -> bool:
    same_family = [n for n in pod_networks if n.version == network.version]
    if not same_family:
        return False
    return all(n.network_address in network and n.prefixlen >= network.prefixlen for n in same_family)
