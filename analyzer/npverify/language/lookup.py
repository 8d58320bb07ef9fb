"""What a name in a question stands for: a workload, a pod, a Service, a node, or a label."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from npverify.errors import UsageError
from npverify.language.endpoints import Bare, Endpoint, Named, render_endpoint
from npverify.language.selectors import Labels, render_labels
from npverify.language.vocabulary import KINDS, POD_NOUNS
from npverify.language.words import error_at, nearest, squeezed
from npverify.reference import selects
from npverify.resources import LabelSelector, Node, Operator, Pod, Requirement, Service, Workload
from npverify.resources.inventory import Inventory

NAME_LABELS = ("app", "app.kubernetes.io/name", "k8s-app", "component", "app.kubernetes.io/component")
"""The labels whose values serve as names, in the order in which they are tried."""

_MOST_CANDIDATES = 6
_SHORT_ALIASES = frozenset({"po", "no", "node", "nodes"})

Match = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a name can stand for: what, how to type it, and why the name fits."""

    path: str
    target: Workload | Service | Node | Labels
    because: str


def find_named(endpoint: Endpoint, head: Named, inventory: Inventory) -> Candidate:
    """The object of that kind and name; raises UsageError where there is none or several."""

    def fits(name: str) -> bool:
        return name == head.name

    found = _objects(endpoint, head.namespace, head.kind, fits, inventory)
    if head.kind == "Pod":
        found = found or _live_pods(endpoint, head.namespace, fits, inventory)
    if not found:
        raise _no_object(endpoint, head, inventory)
    return _only(endpoint, found)


def find_bare(endpoint: Endpoint, head: Bare, inventory: Inventory) -> Candidate:
    """What the words stand for: a workload or Service, a pod, a label's value, a label, in this order.

    Raises UsageError where they stand for nothing or for several things.
    """
    for kind, name in _readings(head.words):
        for fits in (_equals(name), _resembles(name)):
            found = _objects(endpoint, head.namespace, kind, fits, inventory)
            if not found and kind in (None, "Pod"):
                found = _live_pods(endpoint, head.namespace, fits, inventory)
            if not found and kind is None:
                found = _label_values(endpoint, head.namespace, fits, inventory)
            if found:
                return _only(endpoint, _merge_services(found, inventory))
    found = _label_keys(head, inventory)
    if not found:
        raise _nothing_called(endpoint, head, inventory)
    return _only(endpoint, found)


def _readings(words: Sequence[str]) -> Iterator[tuple[str | None, str]]:
    """The words as a name (`cart service`: cart-service), then as a noun and a name (the Service cart)."""
    yield None, "-".join(words)
    if len(words) > 1:
        for noun, rest in ((words[-1], words[:-1]), (words[0], words[1:])):
            alias = noun.casefold()
            if alias in KINDS and alias not in _SHORT_ALIASES:
                yield KINDS[alias], "-".join(rest)
            elif alias in POD_NOUNS:
                yield None, "-".join(rest)


def _equals(wanted: str) -> Match:
    return lambda name: name.casefold() == wanted.casefold()


def _resembles(wanted: str) -> Match:
    return lambda name: squeezed(name) == squeezed(wanted)


def _is_visible(endpoint: Endpoint, wanted: str | None, namespace: str) -> bool:
    return wanted in (None, namespace) and namespace not in endpoint.outside


# Objects ----------------------------------------------------------------------------------------------


def _objects(
    endpoint: Endpoint, namespace: str | None, kind: str | None, fits: Match, inventory: Inventory
) -> list[Candidate]:
    found = [
        Candidate(str(workload), workload, "the workload of that name")
        for workload in inventory.workloads
        if kind in (None, workload.kind)
        and fits(workload.name)
        and _is_visible(endpoint, namespace, workload.namespace)
    ]
    if kind in (None, "Service"):
        found += [
            Candidate(service_path(service), service, "the Service of that name")
            for service in inventory.services
            if fits(service.name) and _is_visible(endpoint, namespace, service.namespace)
        ]
    if kind == "Node" and namespace is None:
        found += [
            Candidate(f"node/{node.name}", node, "the node of that name")
            for node in inventory.nodes
            if fits(node.name)
        ]
    return found


def _live_pods(
    endpoint: Endpoint, namespace: str | None, fits: Match, inventory: Inventory
) -> list[Candidate]:
    return [
        Candidate(f"{pod.namespace}/pod/{pod.name}", narrowed(workload, (pod,)), f"a pod of {workload}")
        for workload in inventory.workloads
        if workload.kind != "Pod" and _is_visible(endpoint, namespace, workload.namespace)
        for pod in workload.pods
        if not pod.replicated and fits(pod.name)
    ]


def narrowed(workload: Workload, pods: tuple[Pod, ...]) -> Workload:
    """The workload as if those were all its pods."""
    return replace(workload, pods=pods, template=None, finished_pods=())


def service_path(service: Service) -> str:
    """The Service as one writes it in a question."""
    return f"svc/{service.namespace}/{service.name}"


def _merge_services(found: Sequence[Candidate], inventory: Inventory) -> list[Candidate]:
    """A Service that selects just the pods of the workload of its name is no other endpoint."""
    workloads = [candidate.target for candidate in found if isinstance(candidate.target, Workload)]
    return [
        candidate
        for candidate in found
        if not isinstance(candidate.target, Service)
        or not any(_is_same(candidate.target, workload, inventory) for workload in workloads)
    ]


def _is_same(service: Service, workload: Workload, inventory: Inventory) -> bool:
    if (service.namespace, service.name) != (workload.namespace, workload.name) or service.selector is None:
        return False
    return bool(workload.pods) and all(
        selects(service.selector, pod.labels) == (other is workload)
        for other in inventory.workloads
        if other.namespace == service.namespace
        for pod in other.pods
    )


# Labels -----------------------------------------------------------------------------------------------


def _label_values(
    endpoint: Endpoint, namespace: str | None, fits: Match, inventory: Inventory
) -> list[Candidate]:
    """One candidate for each set of pods of a namespace that carry such a value."""
    pods: dict[tuple[str, int, str], list[tuple[int, int]]] = {}
    for number, workload in enumerate(inventory.workloads):
        if _is_visible(endpoint, namespace, workload.namespace):
            for index, pod in enumerate(workload.pods):
                for rank, key in enumerate(NAME_LABELS):
                    if key in pod.labels and fits(pod.labels[key]):
                        place = (workload.namespace, rank, pod.labels[key])
                        pods.setdefault(place, []).append((number, index))
    distinct: dict[tuple[tuple[int, int], ...], Candidate] = {}
    for (where, rank, value), members in sorted(pods.items()):
        labels = Labels(where, pod_labels=_requires(NAME_LABELS[rank], value))
        because = f"pods carry that value of the label {NAME_LABELS[rank]}"
        distinct.setdefault(tuple(members), Candidate(render_labels(labels), labels, because))
    return list(distinct.values())


def _requires(key: str, value: str) -> LabelSelector:
    return LabelSelector((Requirement(key, Operator.IN, (value,)),))


def _label_keys(head: Bare, inventory: Inventory) -> list[Candidate]:
    if len(head.words) > 1:
        return []
    key = head.words[0]
    if not any(key in pod.labels for workload in inventory.workloads for pod in workload.pods):
        return []
    labels = Labels(head.namespace, pod_labels=LabelSelector((Requirement(key, Operator.EXISTS),)))
    return [Candidate(render_labels(labels), labels, "pods carry a label of that name")]


def reject_list(endpoint: Endpoint, head: Labels, inventory: Inventory) -> None:
    """Raise UsageError for names joined by a comma, which are label keys to the letter (`frontend,api`)."""
    keys = [r.key for r in head.pod_labels.requirements if r.operator is Operator.EXISTS]
    if len(keys) < 2 or len(keys) < len(head.pod_labels.requirements):
        return
    names = {name.casefold() for name in _known_names(endpoint, Bare((), head.namespace), inventory)}
    if all(key.casefold() in names for key in keys):
        prefix = f"{head.namespace}/" if head.namespace is not None else ""
        raise _error(
            endpoint,
            f"`{_written(endpoint)}` asks for pods that carry all of these labels, but they are names",
            expected="`or` between two endpoints",
            suggestion=" or ".join(f"{prefix}{key}" for key in keys),
        )


# Errors -----------------------------------------------------------------------------------------------


def _only(endpoint: Endpoint, found: Sequence[Candidate]) -> Candidate:
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f"`{candidate.path}`" for candidate in found[:_MOST_CANDIDATES])
    more = f" and {len(found) - _MOST_CANDIDATES} more" if len(found) > _MOST_CANDIDATES else ""
    raise _error(
        endpoint,
        f"`{_written(endpoint)}` can mean {len(found)} things: {listed}{more}",
        expected=f"one of {listed}{more}",
        suggestion=found[0].path,
    )


def _no_object(endpoint: Endpoint, head: Named, inventory: Inventory) -> UsageError:
    elsewhere = [
        candidate
        for kind in (head.kind, None)
        for candidate in _objects(endpoint, None, kind, _equals(head.name), inventory)
    ]
    names = {
        w.name for w in inventory.workloads if w.kind == head.kind and head.namespace in (None, w.namespace)
    }
    if head.kind == "Service":
        names = {s.name for s in inventory.services if head.namespace in (None, s.namespace)}
    if head.kind == "Node":
        names = {node.name for node in inventory.nodes}
    close = nearest(head.name, names, most=1)
    suggestion = elsewhere[0].path if elsewhere else None
    if close:
        suggestion = render_endpoint(replace(endpoint, head=replace(head, name=close[0])))
    other = _other_namespace(head.namespace, inventory)
    if other is not None:
        suggestion = render_endpoint(replace(endpoint, head=replace(head, namespace=other)))
    where = f" in namespace `{head.namespace}`" if head.namespace else ""
    return _error(
        endpoint,
        f"there is no {head.kind} `{head.name}`{where}",
        expected=f"the name of a {head.kind} that was read",
        suggestion=suggestion,
        hint=_names_hint(sorted(names), f"no {head.kind} was read{where}: check the paths"),
    )


def _nothing_called(endpoint: Endpoint, head: Bare, inventory: Inventory) -> UsageError:
    names = _known_names(endpoint, head, inventory)
    _, wanted = list(_readings(head.words))[-1]
    containing = sorted((name for name in names if squeezed(wanted) in squeezed(name)), key=len)
    close = containing or nearest(wanted, names) or nearest("-".join(head.words), names)
    suggestion = None
    if close:
        suggestion = render_endpoint(replace(endpoint, head=replace(head, words=(close[0],))))
    hint = _names_hint(names, "no workload was read: check the paths")
    other = _other_namespace(head.namespace, inventory)
    if other is not None:
        suggestion = render_endpoint(replace(endpoint, head=replace(head, namespace=other)))
    if "-".join(head.words).casefold() in inventory.namespaces and head.namespace is None:
        suggestion = f"{head.words[0].casefold()}/*"
    where = f" in namespace `{head.namespace}`" if head.namespace else ""
    return _error(
        endpoint,
        f"no workload, Service or label is called `{' '.join(head.words)}`{where}",
        expected="the name of something that was read, or labels such as `app=frontend`",
        suggestion=suggestion,
        hint=hint,
    )


def _other_namespace(name: str | None, inventory: Inventory) -> str | None:
    """The namespace that was probably meant by one that is not in the input."""
    if name is None or name in inventory.namespaces:
        return None
    return next(iter(nearest(name, inventory.namespaces, most=1)), None)


def _known_names(endpoint: Endpoint, head: Bare, inventory: Inventory) -> list[str]:
    names = {s.name for s in inventory.services if _is_visible(endpoint, head.namespace, s.namespace)}
    for workload in inventory.workloads:
        if _is_visible(endpoint, head.namespace, workload.namespace):
            names.add(workload.name)
            names.update(pod.labels[key] for pod in workload.pods for key in NAME_LABELS if key in pod.labels)
    return sorted(name for name in names if name)


def _names_hint(names: Sequence[str], none: str) -> str:
    if not names:
        return none
    listed = ", ".join(f"`{name}`" for name in names[:_MOST_CANDIDATES])
    return f"there are {listed}{' and others' if len(names) > _MOST_CANDIDATES else ''}"


def _error(
    endpoint: Endpoint, message: str, *, expected: str, suggestion: str | None, hint: str | None = None
) -> UsageError:
    return error_at(
        endpoint.text,
        endpoint.start,
        endpoint.end,
        message,
        expected=expected,
        hint=hint,
        suggestion=suggestion,
    )


def _written(endpoint: Endpoint) -> str:
    return endpoint.text[endpoint.start : endpoint.end]
