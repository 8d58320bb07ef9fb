"""How the kinds of admin policy differ: what they call things, how much they take (semantics section 3.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from npverify.resources import AdminAction, Direction, Tier

PEERS_FIELD = {Direction.INGRESS: "from", Direction.EGRESS: "to"}
INGRESS_PEERS = ("namespaces", "pods")
EVERY_PEER = (*INGRESS_PEERS, "networks", "nodes", "domainNames")

_WITHOUT_PORT_NAMES = ("networks", "nodes", "domainNames")
_DOMAIN_NAME = r"(\*\.)?([{first}]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[{first}]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?"


@dataclass(frozen=True, slots=True)
class AdminApi:
    """One kind of admin policy in one version of the API.

    `tier` None: the manifest says which. `only_name`: what every policy of the kind has to be called (None:
    anything). `actions`: what the API calls each action. `most` bounds the rules of
    a direction, and the peers and the ports of a rule. `needed_selectors` are those that a `pods` peer or
    subject may not leave out. `removed` are fields of earlier versions, with what to write instead.
    """

    kind: str
    tier: Tier | None
    has_priority: bool
    only_name: str | None
    actions: Mapping[str, AdminAction]
    most: int
    ports_field: str
    egress_peers: tuple[str, ...]
    needed_selectors: tuple[str, ...]
    domain_name: re.Pattern[str]
    removed: Mapping[str, str]

    def peers(self, direction: Direction) -> tuple[str, ...]:
        """The fields of which a peer has exactly one."""
        return INGRESS_PEERS if direction is Direction.INGRESS else self.egress_peers

    @property
    def peers_without_port_names(self) -> tuple[str, ...]:
        """The fields of egress peers whose destinations have no named ports."""
        return tuple(name for name in _WITHOUT_PORT_NAMES if name in self.egress_peers)

    @property
    def accept(self) -> str:
        """What the API calls the action Accept."""
        return next(word for word, action in self.actions.items() if action is AdminAction.ACCEPT)


_CLUSTER = AdminApi(
    kind="ClusterNetworkPolicy",
    tier=None,
    has_priority=True,
    only_name=None,
    actions={action.value: action for action in AdminAction},
    most=25,
    ports_field="protocols",
    egress_peers=EVERY_PEER,
    needed_selectors=("podSelector",),
    domain_name=re.compile(_DOMAIN_NAME.format(first="a-zA-Z0-9")),
    removed={
        "ports": "write `protocols`, for example `protocols: [{tcp: {destinationPort: {number: 80}}}]`",
        "portNumber": "write `tcp: {destinationPort: {number: …}}`, or `udp` or `sctp`",
        "portRange": "write `tcp: {destinationPort: {range: {start: …, end: …}}}`, or `udp` or `sctp`",
        "namedPort": "write `destinationNamedPort`",
    },
)
_ADMIN = AdminApi(
    kind="AdminNetworkPolicy",
    tier=Tier.ADMIN,
    has_priority=True,
    only_name=None,
    actions={"Allow": AdminAction.ACCEPT, "Deny": AdminAction.DENY, "Pass": AdminAction.PASS},
    most=100,
    ports_field="ports",
    egress_peers=EVERY_PEER,
    needed_selectors=("namespaceSelector", "podSelector"),
    # v1alpha1 writes A-z where later versions write A-Z, and so takes in the underscore.
    domain_name=re.compile(_DOMAIN_NAME.format(first="a-zA-Z0-9_")),
    removed={},
)
_BASELINE = AdminApi(
    kind="BaselineAdminNetworkPolicy",
    tier=Tier.BASELINE,
    has_priority=False,
    only_name="default",
    actions={"Allow": AdminAction.ACCEPT, "Deny": AdminAction.DENY},
    most=100,
    ports_field="ports",
    egress_peers=tuple(name for name in EVERY_PEER if name != "domainNames"),
    needed_selectors=("namespaceSelector", "podSelector"),
    domain_name=_ADMIN.domain_name,
    removed={},
)

ADMIN_APIS = {
    "policy.networking.k8s.io/v1alpha2": (_CLUSTER,),
    "policy.networking.k8s.io/v1alpha1": (_ADMIN, _BASELINE),
}
"""The kinds of each version; other groups have kinds of the same names, which are other APIs."""

API_OF_KIND = {api.kind: api for apis in ADMIN_APIS.values() for api in apis}


@dataclass(frozen=True, slots=True)
class RuleHead:
    """What the reading of a rule's peers depends on; `action` None: it was faulty."""

    direction: Direction
    action: AdminAction | None
    tier: Tier | None
