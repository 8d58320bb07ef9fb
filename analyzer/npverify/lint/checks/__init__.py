"""The checks, one a module; `CHECKS` is the one place that lists them."""

from __future__ import annotations

from npverify.lint.check import Check
from npverify.lint.checks import (
    ambiguous_named_port,
    cluster_addresses,
    dead_selector,
    dns_egress,
    doubled_isolation,
    duplicate_policies,
    egress_without_types,
    except_allowed,
    host_network,
    ineffective_except,
    isolation_only,
    named_port_of_block,
    no_default_deny,
    node_local_dns,
    one_family,
    open_policy,
    redundant_peer,
    redundant_policy,
    redundant_port,
    redundant_rule,
    service_port,
    source_address,
    split_peer,
    unknown_named_port,
    unmatched_namespace_selector,
    unmatched_selector,
    unused_direction,
    vacuous_rule,
)

CHECKS: tuple[Check, ...] = tuple(
    sorted(
        (
            ambiguous_named_port.CHECK,
            cluster_addresses.CHECK,
            dead_selector.CHECK,
            dns_egress.CHECK,
            doubled_isolation.CHECK,
            duplicate_policies.CHECK,
            egress_without_types.CHECK,
            except_allowed.CHECK,
            host_network.CHECK,
            ineffective_except.CHECK,
            isolation_only.CHECK,
            named_port_of_block.CHECK,
            no_default_deny.CHECK,
            node_local_dns.CHECK,
            one_family.CHECK,
            open_policy.CHECK,
            redundant_peer.CHECK,
            redundant_policy.CHECK,
            redundant_port.CHECK,
            redundant_rule.CHECK,
            service_port.CHECK,
            source_address.CHECK,
            split_peer.CHECK,
            unknown_named_port.CHECK,
            unmatched_namespace_selector.CHECK,
            unmatched_selector.CHECK,
            unused_direction.CHECK,
            vacuous_rule.CHECK,
        ),
        key=lambda check: check.code,
    )
)
"""Every check, by its code."""

__all__ = ["CHECKS"]
