"""What an answer under admin policies takes for granted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from npverify.resources import AdminPolicy, Node

_MOST_NAMES = 5


def remarks_on(
    policies: Iterable[AdminPolicy], nodes: Iterable[Node], resolved: Iterable[str]
) -> Iterator[str]:
    """How nodes and domain names in rules were taken; nothing where no rule has any."""
    peers = [peer for p in policies for rule in (*p.ingress, *p.egress) for peer in rule.peers]
    if any(peer.nodes is not None and peer.nodes.requirements for peer in peers):
        known = sum(1 for node in nodes if node.addresses)
        yield (
            "a `nodes` peer with a selector matches the addresses of the Node objects of the input: "
            f"{known or 'there is none, so it matches nothing'}"
        )
    names = sorted({name for peer in peers for name in peer.domain_names} - set(resolved))
    if names:
        shown = ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")
        yield f"it is open which addresses outside a domain name stands for: {shown} (`--resolve` says it)"
