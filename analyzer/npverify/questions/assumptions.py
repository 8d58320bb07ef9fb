"""What an answer takes for granted, said where it matters."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.cni import OwnNodeIngress
from npverify.questions.plan import Plan, Planner
from npverify.questions.profile_remarks import taken_for_granted
from npverify.questions.query import Form, NodeAlternative, Query, Selection
from npverify.questions.selections import DeclaredPod, declared_in
from npverify.questions.tier_remarks import remarks_on
from npverify.resources import METADATA_NAME
from npverify_encodings.flows import Side
from npverify_encodings.model import AddressIn, Kind, LabelRequirement, Scope
from npverify_encodings.slicing import facts_of

_MOST_NAMES = 5


def assumptions_of(planner: Planner, plan: Plan, query: Query) -> tuple[str, ...]:
    """The standing decisions that this answer rests on, in a fixed order."""
    return tuple(
        dict.fromkeys(
            (
                *taken_for_granted([planner.inventory], planner.settings.profile, itself=query.to_itself),
                *_undeclared_namespaces(planner, plan),
                *_pod_addresses(planner, plan),
                *_nodes(planner, plan, query),
                *remarks_on(planner.admin.policies, planner.admin.nodes, planner.settings.resolved),
                *_finished(planner),
                *_future_ports(query),
                *_protocols(query),
                *_unmodelled(planner, plan),
            )
        )
    )


def _undeclared_namespaces(planner: Planner, plan: Plan) -> Iterator[str]:
    """Only where a rule looks at the labels of a namespace that has no Namespace object."""
    looks = any(
        isinstance(named.atom, LabelRequirement) and named.atom.scope is Scope.NAMESPACE
        for named in plan.problem.atoms
    ) or any(
        requirement.key != METADATA_NAME
        for policy in planner.inventory.policies
        for rule in (*policy.ingress, *policy.egress)
        for peer in rule.peers
        if peer.namespace_selector is not None
        for requirement in peer.namespace_selector.requirements
    )
    bare = [n.name for n in planner.inventory.namespaces.values() if not n.declared]
    concerned = [name for name in bare if _may_live_in(plan, name)]
    if not looks or not concerned:
        return
    shown = ", ".join(concerned[:_MOST_NAMES]) + (", …" if len(concerned) > _MOST_NAMES else "")
    if planner.settings.open_namespaces:
        yield f"namespaces without a Namespace object may carry any labels: {shown}"
    else:
        yield (
            f"namespaces without a Namespace object carry no label but {METADATA_NAME}: {shown} "
            "(`--open-namespaces` drops this)"
        )


def _may_live_in(plan: Plan, namespace: str) -> bool:
    known = [facts_of(plan.flows.at(side)).namespaces for side in (Side.SOURCE, Side.DESTINATION)]
    return any(names is None or namespace in names for names in known)


def _pod_addresses(planner: Planner, plan: Plan) -> Iterator[str]:
    sides = {named.side for named in plan.problem.atoms if isinstance(named.atom, AddressIn)}
    with_pods = [side for side in sorted(sides) if Kind.POD in facts_of(plan.flows.at(side)).kinds]
    if not with_pods:
        return
    if not planner.settings.profile.ip_block_matches_pods:
        yield "an ipBlock never matches a pod (`--ipblock-pods`)"
        return
    yield "an ipBlock matches the pods whose addresses it holds (`--ipblock-pods never` changes this)"
    if planner.settings.pod_cidrs:
        inside = ", ".join(map(str, planner.settings.pod_cidrs))
        yield f"a pod whose address the input does not give has one inside {inside}"
    else:
        yield "a pod whose address the input does not give may have any address (`--pod-cidr` narrows this)"


def _nodes(planner: Planner, plan: Plan, query: Query) -> Iterator[str]:
    ends = [selection for selection in (query.source, query.destination) if selection is not None]
    host_network = sorted(
        {
            str(declared.workload)
            for selection in ends
            for declared in declared_in(selection, planner.inventory).values()
            if isinstance(declared, DeclaredPod) and declared.pod.host_network
        }
    )
    if host_network:
        yield (
            f"hostNetwork pods are their node to every policy: {', '.join(host_network[:_MOST_NAMES])} "
            "(`--host-network pod` changes this)"
        )
    asks_for_nodes = any(_names_nodes(selection) for selection in ends)
    pods_are_reached = Kind.POD in facts_of(plan.flows.destination).kinds
    always = planner.settings.profile.own_node_ingress is OwnNodeIngress.ALWAYS
    if pods_are_reached and (host_network or asks_for_nodes):
        if always:
            yield "a pod is always reached by the node it runs on, whatever its policies say"
    elif pods_are_reached and query.form in (Form.WHAT_CAN_REACH, Form.ONLY, Form.IS_ISOLATED):
        reaches = "always reaches it" if always else "may reach it, whatever its policies say"
        yield f"the node that a pod runs on {reaches}; nodes and hostNetwork pods are not counted here"


def _names_nodes(selection: Selection) -> bool:
    return any(isinstance(alternative, NodeAlternative) for alternative in selection.alternatives)


def _finished(planner: Planner) -> Iterator[str]:
    finished = sum(len(workload.finished_pods) for workload in planner.inventory.workloads)
    if finished:
        yield f"pods that have finished are not there any more: {finished} left out (`--keep-finished`)"


def _future_ports(query: Query) -> Iterator[str]:
    if query.form is Form.EVERY and not query.traffic:
        yield "one port on which a pair can connect is enough, as the question names none"


def _protocols(query: Query) -> Iterator[str]:
    if query.form is not Form.IS_ISOLATED:
        yield (
            "only new TCP, UDP and SCTP connections are considered: replies always pass, and nothing is "
            "claimed about ICMP"
        )


def _unmodelled(planner: Planner, plan: Plan) -> Iterator[str]:
    if planner.settings.ignore_unmodelled:
        for policy in planner.unmodelled_for(plan.flows):
            yield f"{policy} has no effect (`--ignore-unmodelled`)"
