"""NPV210: an `except` that removes nothing, or excepts that remove everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npverify.errors import Severity
from npverify.lint.blocks import is_covered
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.findings import Related
from npverify.resources import IPBlock, Network, Origin


def _find(context: Context) -> Iterator[Found]:
    for policy in context.policies:
        for direction, number, rule in context.rules_of(policy):
            for place, peer in enumerate(rule.peers, start=1):
                if peer.ip_block is not None and peer.ip_block.excepts:
                    part = rule_name(direction, number, place)
                    yield from _of_block(policy_name(policy), part, peer.ip_block)


def _of_block(subject: str, part: str, block: IPBlock) -> Iterator[Found]:
    for number, covering in _needless(block.excepts):
        network, other = block.excepts[number], block.excepts[covering]
        is_copy = network == other
        yield Found(
            subject=subject,
            part=f"{part} except {number + 1}",
            message=f"`{network}` removes nothing: "
            + ("it stands in the list already" if is_copy else f"`{other}` removes it already"),
            origin=_origin(block, number),
            label="a copy" if is_copy else f"within {other}",
            hint="remove it",
            related=(Related(f"`{other}` is removed here", _origin(block, covering)),),
        )
    if is_covered(block.cidr, block.excepts):
        yield Found(
            subject=subject,
            part=part,
            message=f"nothing of `{block.cidr}` is left: the excepts together are all of it",
            origin=block.cidr_origin,
            label="admits no address",
            hint="remove the peer, or the except that is not meant",
        )


def _needless(networks: Sequence[Network]) -> Iterator[tuple[int, int]]:
    """Each network that lies in another one, with that; of equal ones the first is needed."""
    for number, network in enumerate(networks):
        for other, covering in enumerate(networks):
            is_inside = covering.prefixlen < network.prefixlen or (covering == network and other < number)
            if is_inside and network.version == covering.version and network.network_address in covering:
                yield number, other
                break


def _origin(block: IPBlock, number: int) -> Origin:
    return block.except_origins[number] if block.except_origins else block.cidr_origin


CHECK = Check(
    code="NPV210",
    name="ineffective-except",
    title="an `except` that removes nothing, or excepts that leave nothing",
    severity=Severity.WARNING,
    why="An `except` takes addresses out of the `cidr` of its own block. One that lies within another except "
    "of the block removes nothing more, which hints at a wrong prefix length; and excepts that together are "
    "the whole `cidr` leave a peer that admits no address.",
    fix="Remove the except, or correct its prefix length. A peer that is to admit nobody is best removed.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    - ipBlock:
        cidr: 203.0.113.0/24
        except: [203.0.113.0/26, 203.0.113.5/32]
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    - ipBlock:
        cidr: 203.0.113.0/24
        except: [203.0.113.0/26, 203.0.113.192/26]
""",
    find=_find,
)
