"""A commented npverify.yaml to start with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import yaml

from npverify.checking import Outcome
from npverify.checking.proposals import Proposal
from npverify.configuration.options import OPTIONS, Kind, Option
from npverify.configuration.resolving import EXAMPLE
from npverify.report.check_sentences import finding_words
from npverify.report.page import counted
from npverify.resources.inventory import Inventory

_EXAMPLES = (
    "- name: only the api talks to the database",
    "  only: {from: app=api, to: app=database, port: tcp/5432}",
    '- unreachable: {from: any, to: "ns:env=prod", outside: "ns:env=prod"}',
    "- reachable: {from: shop/deployment/frontend, to: svc/shop/api, port: http}",
    "- every: {from: any pod, to: svc/kube-system/kube-dns, port: udp/53}",
    '- isolated: {pods: "ns:tier=restricted", for: [ingress, egress]}',
    '- equivalent: {to: "git:origin/main"}',
    "  severity: warning",
    "- not: {isolated: {pods: app=frontend, for: ingress}}",
    "- that: no pod in namespace sandbox can reach the internet",
    "  allow-vacuous: true",
)
"""Assertions of every form, as they stand in the file behind a `#`."""

_SAMPLES = {
    Kind.FLAG: "true",
    Kind.SECONDS: "60",
    Kind.NETWORKS: "10.244.0.0/16",
    Kind.RESOLUTIONS: EXAMPLE,
    Kind.PLUGIN: "calico@3.32",
}


def render_starter(inventory: Inventory, manifests: Sequence[str], proposals: Sequence[Proposal]) -> str:
    """The text of the file: what holds now as assertions, what does not as comments."""
    return "\n".join((*_head(inventory, manifests), *_options(), *_assertions(proposals), ""))


def _head(inventory: Inventory, manifests: Sequence[str]) -> Iterator[str]:
    yield "# What `npverify check` looks at. An editor completes this file with the JSON Schema that"
    yield "# `npverify schema config` prints; docs/check.md of npverify explains every field."
    yield "schema: npverify/v1"
    yield ""
    yield "# Files and folders with manifests, counted from the folder of this file."
    seen = (
        counted(len(inventory.policies), "policy"),
        counted(len(inventory.workloads), "workload"),
        counted(len(inventory.namespaces), "namespace"),
        counted(len(inventory.services), "service"),
    )
    yield f"# Seen: {', '.join(seen)}."
    yield "manifests:"
    yield from (f"  - {_scalar(path)}" for path in manifests)
    yield ""


def _options() -> Iterator[str]:
    yield "# Options, as on the command line (`npverify check --help`)."
    for option in OPTIONS.values():
        yield f"# {option.name}: {_sample(option)}  # {option.help.rstrip('.')}"
    yield ""


def _sample(option: Option) -> str:
    return _SAMPLES[option.kind] if option.choices is None else " | ".join(option.choices)


def _assertions(proposals: Sequence[Proposal]) -> Iterator[str]:
    good = [proposal for proposal in proposals if proposal.result.outcome is Outcome.HOLDS]
    others = [proposal for proposal in proposals if proposal not in good]
    yield "# Each assertion is one claim; where it is violated, the run fails (not with `severity: warning`)."
    if good:
        yield "# These hold now. Keep those that are meant to stay true, and add your own."
    yield "assertions:" if good else "assertions: []"
    yield from (f"  - that: {_scalar(proposal.sentence)}" for proposal in good)
    for proposal in others:
        yield f"  # {proposal.result.outcome} now: {_one_line(finding_words(proposal.result))}"
        yield f"  # - that: {_scalar(proposal.sentence)}"
    yield ""
    yield "  # Other claims, in parts or as sentences:"
    yield from (f"  # {line}" for line in _EXAMPLES)


def _scalar(text: str) -> str:
    """The text as YAML, in quotes where it needs them."""
    try:
        is_plain = yaml.safe_load(f"- {text}") == [text]
    except yaml.YAMLError:
        is_plain = False
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def _one_line(text: str) -> str:
    return " ".join(text.split())
