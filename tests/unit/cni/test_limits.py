"""What lint looks for under a plugin besides its facts."""

from __future__ import annotations

from npverify.cni import GENERIC, NAMES, CniProfile, Limits, limits_of, profile_of


def test_the_specification_and_a_profile_of_ones_own_have_no_limits():
    assert limits_of(GENERIC) == limits_of(CniProfile("mine")) == Limits()


def test_the_vpc_cni_is_the_one_with_limits():
    assert [name for name in NAMES if limits_of(profile_of(name)) != Limits()] == ["aws-vpc"]
    assert limits_of(profile_of("aws-vpc,enabled=true,mode=strict")).most_ports == 24
