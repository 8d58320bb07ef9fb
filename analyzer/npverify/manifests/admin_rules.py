"""The rules of an admin policy, which stand in order."""

from __future__ import annotations

from dataclasses import dataclass

from npverify.manifests.admin_apis import PEERS_FIELD, AdminApi, RuleHead
from npverify.manifests.admin_fields import parse_items, refuse_removed
from npverify.manifests.admin_peers import PeerParser
from npverify.manifests.admin_ports import PORT_NAME_FIELDS, parse_admin_port
from npverify.manifests.values import Value
from npverify.resources import AdminAction, AdminRule, Direction, Tier

_MOST_NAME = 100
_OTHER_WORDS = {"Allow": AdminAction.ACCEPT, "Accept": AdminAction.ACCEPT}
_NO_PASS = "nothing comes after the baseline: leave the rule out, or write `Allow`"


@dataclass(frozen=True, slots=True)
class RuleParser:
    """Reads the rules of one policy; `tier` None: it was faulty."""

    api: AdminApi
    peers: PeerParser
    tier: Tier | None

    def parse(self, spec: Value, direction: Direction) -> tuple[AdminRule, ...]:
        """The rules of one direction; reports what is wrong with them."""
        items = parse_items(spec.get(direction.lower()), most=self.api.most)
        parsed = [self._parse_rule(item, direction) for item in items]
        return tuple(rule for rule in parsed if rule is not None)

    def _parse_rule(self, value: Value, direction: Direction) -> AdminRule | None:
        peers_field, ports_field = PEERS_FIELD[direction], self.api.ports_field
        if not value.is_object(frozenset({"name", "action", peers_field, ports_field, *self.api.removed})):
            return None
        refuse_removed(value, self.api.removed)
        action = self._parse_action(value.require("action"))
        head = RuleHead(direction, action, self.tier)
        peer_values = parse_items(value.require(peers_field), most=self.api.most, least=1)
        peers = [self.peers.parse(item, head) for item in peer_values]
        port_values = parse_items(
            value.get(ports_field),
            most=self.api.most,
            least=1,
            hint=f"leave out `{ports_field}` to mean every port of every protocol",
        )
        ports = [parse_admin_port(item, self.api) for item in port_values]
        if direction is Direction.EGRESS:
            self._check_port_names(peer_values, port_values)
        if action is None:
            return None
        return AdminRule(
            action=action,
            peers=tuple(peer for peer in peers if peer is not None),
            ports=tuple(port for port in ports if port is not None),
            name=_parse_name(value.get("name")),
            origin=value.origin,
        )

    def _parse_action(self, value: Value | None) -> AdminAction | None:
        text = value.text() if value else None
        if value is None or text is None:
            return None
        action = self.api.actions.get(text)
        if action is None:
            value.fail(f"unsupported value `{text}`", hint=self._action_hint(text))
        return action

    def _action_hint(self, text: str) -> str:
        words = list(self.api.actions)
        if text == AdminAction.PASS:
            return _NO_PASS
        if text in _OTHER_WORDS:
            return f"{self.api.kind} calls it `{self.api.accept}`"
        similar = next((word for word in words if word.lower() == text.lower()), None)
        return f"did you mean `{similar}`?" if similar else f"one of {', '.join(words)}"

    def _check_port_names(self, peers: list[Value], ports: list[Value]) -> None:
        """Report a port name beside a peer whose destinations have no named ports."""
        nameless = self.api.peers_without_port_names
        named = [port for port in ports for name in PORT_NAME_FIELDS if port.get(name)]
        if named and any(peer.get(name) for peer in peers for name in nameless):
            kinds = "/".join(nameless)
            named[0].fail(
                f"{kinds} peer cannot be set with namedPorts since there are no namedPorts for {kinds}",
                hint="give the peers that are pods a rule of their own, and use port numbers for the others",
            )


def _parse_name(value: Value | None) -> str | None:
    text = value.text() if value else None
    if value is not None and text is not None and len(text) > _MOST_NAME:
        value.fail(f"must be no more than {_MOST_NAME} characters, not {len(text)}")
    return text or None
