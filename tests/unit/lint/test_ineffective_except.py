"""NPV210: excepts that remove nothing, or everything."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import egress, findings, marked, messages

CODE = "NPV210"


def block(cidr: str, *excepts: str) -> str:
    listed = ", ".join(f"'{network}'" for network in excepts)
    return f"{{ipBlock: {{cidr: '{cidr}', except: [{listed}]}}}}"


def test_an_except_within_another_is_marked():
    (found,) = findings(CODE, egress(block("10.0.0.0/8", "10.1.2.0/24", "10.1.0.0/16")))

    assert found.message == "`10.1.2.0/24` removes nothing: `10.1.0.0/16` removes it already"
    assert found.part == "egress rule 1 peer 1 except 1"
    assert marked(found) == "'10.1.2.0/24'"
    assert found.related[0].message == "`10.1.0.0/16` is removed here"


def test_of_two_equal_ones_the_second_is_reported():
    (found,) = findings(CODE, egress(block("2001:db8::/32", "2001:db8:1::/48", "2001:db8:1::/48")))

    assert found.message == "`2001:db8:1::/48` removes nothing: it stands in the list already"
    assert found.part == "egress rule 1 peer 1 except 2"


def test_excepts_may_leave_nothing():
    (found,) = findings(CODE, egress(block("10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/10", "10.192.0.0/10")))

    assert found.message == "nothing of `10.0.0.0/8` is left: the excepts together are all of it"
    assert marked(found) == "'10.0.0.0/8'"


def test_both_may_be_said_of_one_block():
    assert messages(CODE, egress(block("10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9", "10.0.0.0/16"))) == [
        "nothing of `10.0.0.0/8` is left: the excepts together are all of it",
        "`10.0.0.0/16` removes nothing: `10.0.0.0/9` removes it already",
    ]


@pytest.mark.parametrize(
    "peer",
    [
        "{ipBlock: {cidr: 10.0.0.0/8}}",
        block("10.0.0.0/8", "10.0.0.0/9"),
        block("10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/10"),
        block("0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        "{podSelector: {}}",
    ],
)
def test_excepts_that_each_remove_something_are_fine(peer):
    assert findings(CODE, egress(peer)) == ()
