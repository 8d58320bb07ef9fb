"""Short manifests, and what a check finds in them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from ipaddress import ip_network

from npverify.lint import CHECKS, Check, Context, LintFinding, run_checks
from npverify.manifests import ReadOptions, read_paths
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch


def context_of(*documents: str, pod_cidrs: Sequence[str] = (), **settings: object) -> Context:
    """The context of the documents."""
    content = "\n---\n".join(documents).encode()
    inventory = read_paths(["-"], stdin=io.BytesIO(content), options=ReadOptions())
    networks = tuple(ip_network(cidr) for cidr in pod_cidrs)
    return Context(inventory, QuerySettings(pod_cidrs=networks, **settings), Stopwatch())


def findings(code: str, *documents: str, **settings: object) -> tuple[LintFinding, ...]:
    """What the check of that code finds in the documents."""
    return run_checks(context_of(*documents, **settings), [check_of(code)])


def messages(code: str, *documents: str, **settings: object) -> list[str]:
    """The messages of what the check finds."""
    return [finding.message for finding in findings(code, *documents, **settings)]


def check_of(code: str) -> Check:
    """The check of that code."""
    return next(check for check in CHECKS if check.code == code)


def marked(finding: LintFinding) -> str:
    """The text that the caret of a finding marks."""
    text = finding.origin.text
    assert text is not None
    start = finding.origin.column - 1
    return text[start : start + finding.origin.width]


def policy(spec: str, name: str = "p", namespace: str = "shop") -> str:
    """A NetworkPolicy; `spec` is what stands between the braces."""
    return (
        f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: {namespace}}}\nspec: {{{spec}}}\n"
    )


def ingress(peers: str, ports: str = "", *, selector: str = "{}", **names: str) -> str:
    """A policy with one ingress rule."""
    return policy(
        f"podSelector: {selector}, policyTypes: [Ingress], ingress: [{_rule('from', peers, ports)}]", **names
    )


def egress(peers: str, ports: str = "", *, selector: str = "{}", **names: str) -> str:
    """A policy with one egress rule."""
    return policy(
        f"podSelector: {selector}, policyTypes: [Egress], egress: [{_rule('to', peers, ports)}]", **names
    )


def _rule(field: str, peers: str, ports: str) -> str:
    parts = [f"{field}: [{peers}]"] if peers else []
    parts += [f"ports: [{ports}]"] if ports else []
    return f"{{{', '.join(parts)}}}"


def deployment(name: str, labels: str, ports: str = "", *, namespace: str = "shop", spec: str = "") -> str:
    """A Deployment; `spec` goes into the template's spec."""
    extra = f"{spec}, " if spec else ""
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec:\n  selector: {{matchLabels: {{{labels}}}}}\n"
        f"  template:\n    metadata: {{labels: {{{labels}}}}}\n"
        f"    spec: {{{extra}containers: [{{name: main, ports: [{ports}]}}]}}\n"
    )


def pod(
    name: str,
    labels: str = "",
    ports: str = "",
    *,
    namespace: str = "shop",
    ips: Sequence[str] = (),
    spec: str = "",
) -> str:
    """A Pod, with addresses."""
    extra = f"{spec}, " if spec else ""
    listed = ", ".join(f"{{ip: '{ip}'}}" for ip in ips)
    return (
        "apiVersion: v1\nkind: Pod\n"
        f"metadata: {{name: {name}, namespace: {namespace}, labels: {{{labels}}}}}\n"
        f"spec: {{{extra}containers: [{{name: main, ports: [{ports}]}}]}}\nstatus: {{podIPs: [{listed}]}}\n"
    )


def service(name: str, spec: str, *, namespace: str = "shop") -> str:
    """A Service."""
    metadata = f"{{name: {name}, namespace: {namespace}}}"
    return f"apiVersion: v1\nkind: Service\nmetadata: {metadata}\nspec: {{{spec}}}\n"


def namespace(name: str, labels: str = "") -> str:
    """A Namespace."""
    return f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n"


def node(name: str, *addresses: str) -> str:
    """A Node."""
    listed = ", ".join(f"{{type: InternalIP, address: '{address}'}}" for address in addresses)
    return f"apiVersion: v1\nkind: Node\nmetadata: {{name: {name}}}\nstatus: {{addresses: [{listed}]}}\n"
