"""The peers of an admin policy's rules."""

from __future__ import annotations

from dataclasses import dataclass

from npverify.manifests.admin_apis import EVERY_PEER, AdminApi, RuleHead
from npverify.manifests.admin_domain_names import parse_domain_names
from npverify.manifests.admin_fields import pick_one
from npverify.manifests.admin_networks import parse_networks
from npverify.manifests.admin_pods import parse_pods
from npverify.manifests.cidrs import CidrParser
from npverify.manifests.codes import UNKNOWN_PEER
from npverify.manifests.selectors import parse_selector
from npverify.manifests.values import Value
from npverify.resources import AdminAction, AdminPeer, Direction


@dataclass(frozen=True, slots=True)
class PeerParser:
    """Reads the peers of one kind of policy."""

    api: AdminApi
    cidrs: CidrParser

    def parse(self, value: Value, head: RuleHead) -> AdminPeer | None:
        """One item of `from` or `to`; None after its faults were reported."""
        fields = self.api.peers(head.direction)
        if not value.is_object(frozenset(EVERY_PEER)) or self._is_misplaced(value, fields, head.direction):
            return None
        if _is_unknown(value):
            _remark_unknown(value, head.action)
            return AdminPeer(origin=value.origin)
        given = pick_one(value, fields, hint="make each an item of its own")
        if given is None:
            return None
        match given.path[-1]:
            case "networks":
                networks, origins = parse_networks(given, self.cidrs)
                return AdminPeer(networks=networks, origin=value.origin, network_origins=origins)
            case "domainNames":
                names = parse_domain_names(given, self.api, head)
                return AdminPeer(
                    domain_names=tuple(names),
                    origin=value.origin,
                    domain_name_origins=tuple(names.values()),
                )
            case "nodes":
                selector = parse_selector(given)
                return AdminPeer(nodes=selector, origin=value.origin) if selector else None
            case _:
                pods = parse_pods(given, self.api)
                return AdminPeer(pods, origin=value.origin) if pods else None

    def _is_misplaced(self, value: Value, fields: tuple[str, ...], direction: Direction) -> bool:
        """Whether a field is given that only other rules have; reports each."""
        found = [field for name in EVERY_PEER if name not in fields and (field := value.get(name))]
        for field in found:
            if direction is Direction.INGRESS:
                field.fail(
                    "only an egress rule can have this peer",
                    hint="admin policies cannot name sources that are no pods; a NetworkPolicy's ipBlock can",
                )
            else:
                field.fail(
                    f"a {self.api.kind} cannot have this peer",
                    hint="name the domains in an AdminNetworkPolicy",
                )
        return bool(found)


def _is_unknown(value: Value) -> bool:
    """Whether there are fields (null is none) and npverify knows none of them."""
    assert isinstance(value.data, dict)
    given = [name for name, data in value.data.items() if data is not None]
    return bool(given) and not set(given) & set(EVERY_PEER)


def _remark_unknown(value: Value, action: AdminAction | None) -> None:
    does = "matches nothing" if action is AdminAction.ACCEPT else "denies everything in its direction"
    value.remark(
        UNKNOWN_PEER,
        f"{value.field}: a peer of a kind that npverify does not know: the rule fails closed and {does}",
        hint="correct the field's name if it is misspelt",
    )
