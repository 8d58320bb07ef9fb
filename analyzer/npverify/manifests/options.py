"""How manifests are read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How manifests are read.

    `keep_going` leaves out documents with errors instead of raising; `strict_addresses` rejects CIDRs that
    newer API servers reject (bits beyond the prefix, leading zeros, IPv4-mapped addresses);
    `host_network_as_pods` treats hostNetwork pods like any other; `keep_finished` counts pods that have
    ended.
    """

    keep_going: bool = False
    strict_addresses: bool = False
    host_network_as_pods: bool = False
    keep_finished: bool = False
