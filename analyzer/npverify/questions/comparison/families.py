"""Flows of an IP version that the plugin of one version does not carry."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.dialects import EVERY_ADDRESS
from npverify.questions.comparison.changed import Age
from npverify.questions.comparison.problems import EVERYWHERE, PREFERRED, Job, Workshop, merged
from npverify.questions.comparison.slices import NOT_OWN_NODE
from npverify.resources import Direction
from npverify_encodings.comparison import OPEN, Version, encode_comparison
from npverify_encodings.flows import Domain, Side
from npverify_encodings.model import EVERYTHING, NOTHING, AddressIn, Pipeline, all_of
from npverify_encodings.verdict import Problem


def jobs_of_families(workshop: Workshop, *, apart: bool) -> Iterator[Job]:
    """Problems about each IP version that only one plugin carries and the input tells an address of: what it
    lets through there; `apart`: each direction by itself.
    """
    versions = workshop.versions
    for family in versions.moved_families:
        if family in versions.known_families:
            carrier = Age.OLD if family in versions.profiles[Age.OLD].families else Age.NEW
            pipelines = {d: _pipeline(workshop, carrier, d) for d in Direction}
            for wanted in [[d] for d in Direction] if apart else [[*Direction]]:
                flows = Version(
                    egress=pipelines[Direction.EGRESS] if Direction.EGRESS in wanted else OPEN,
                    ingress=pipelines[Direction.INGRESS] if Direction.INGRESS in wanted else OPEN,
                )
                words = f"address in {EVERY_ADDRESS[family]}"
                yield Job(
                    _problem(workshop, family, carrier, flows),
                    direction=wanted[0] if apart else None,
                    ends={Side.SOURCE: words, Side.DESTINATION: words},
                )


def _problem(workshop: Workshop, family: int, carrier: Age, flows: Version) -> Problem:
    versions = workshop.versions
    nothing = Version(source=NOTHING)
    ends = all_of(AddressIn(EVERY_ADDRESS[family]), EVERYTHING if versions.has_own_nodes else NOT_OWN_NODE)
    return encode_comparison(
        Domain(ends, ends, EVERYTHING, workshop.scope),
        versions.world,
        old=flows if carrier is Age.OLD else nothing,
        new=flows if carrier is Age.NEW else nothing,
        declared=dict.fromkeys((Side.SOURCE, Side.DESTINATION), versions.endpoints),
        preferred=PREFERRED,
    )


def _pipeline(workshop: Workshop, age: Age, direction: Direction) -> Pipeline:
    versions = workshop.versions
    own = merged(
        versions.within(age, name, direction, EVERYWHERE) for name in versions.namespaces_with_policies
    )
    return versions.frame(age, direction).around(own)
