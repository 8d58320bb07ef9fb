"""The options of npverify.yaml: one table with the command line, each by its kind."""

from __future__ import annotations

import re
from functools import cache
from ipaddress import ip_network

import pytest
from tests.cli.running import npverify

from npverify.cni import GENERIC, OwnNodeEgress
from npverify.configuration import read_configuration
from npverify.configuration.options import OPTIONS, asking_settings, reading_options
from npverify.errors import ConfigurationError
from npverify.manifests import ReadOptions
from npverify.questions.settings import QuerySettings, Universe

NOT_ON_THE_COMMAND_LINE = {"cni"}


@pytest.fixture
def read(tmp_path):
    def configuration(*lines):
        path = tmp_path / "npverify.yaml"
        path.write_text("schema: npverify/v1\n" + "".join(f"{line}\n" for line in lines))
        return read_configuration(path)

    return configuration


def test_options_are_read_by_their_kinds(read):
    options = read(
        "universe: declared",
        "timeout: 2.5",
        "cni: generic",
        "pod-cidr: [10.0.0.0/8, 'fd00::/8']",
        "resolve: [Example.com.=192.0.2.1, 'example.com=192.0.2.0/31,::1', 'b.example=192.0.2.9']",
        "open-namespaces: true",
        "ipblock-pods: never",
        "own-node-egress: policy",
        "ignore-unmodelled: true",
        "host-network: pod",
        "keep-finished: true",
        "strict-addresses: true",
        "keep-going: true",
    ).options

    assert set(options) == set(OPTIONS)
    settings = asking_settings(options)
    assert settings.universe is Universe.DECLARED
    assert settings.timeout == 2.5
    assert settings.pod_cidrs == (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
    assert settings.resolved == {
        "example.com": tuple(map(ip_network, ("192.0.2.1/32", "192.0.2.0/31", "::1/128"))),
        "b.example": (ip_network("192.0.2.9/32"),),
    }
    assert settings.open_namespaces is settings.ignore_unmodelled is True
    assert settings.profile.name == "generic"
    assert settings.profile.ip_block_matches_pods is False
    assert settings.profile.own_node_egress is OwnNodeEgress.POLICY
    assert reading_options(options) == ReadOptions(
        keep_going=True, strict_addresses=True, host_network_as_pods=True, keep_finished=True
    )


def test_without_options_nothing_changes(read):
    options = read().options

    assert asking_settings(options) == QuerySettings(profile=GENERIC)
    assert reading_options(options) == ReadOptions()


@pytest.mark.parametrize(
    ("line", "timeout"), [("timeout: 0", None), ("timeout: 30", 30.0), ("timeout: 1e9", None)]
)
def test_no_time_is_no_limit(read, line, timeout):
    assert asking_settings(read(line).options).timeout == timeout


def test_one_network_needs_no_list(read):
    assert asking_settings(read("pod-cidr: 10.0.0.0/8").options).pod_cidrs == (ip_network("10.0.0.0/8"),)


@pytest.mark.parametrize(
    ("line", "place", "message", "hint"),
    [
        ("cni: calico,a=b", "2:6", "cni: calico has no setting `a`", "npverify knows endpoint-to-host"),
        ("cni: genric", "2:6", "cni: no network plugin `genric` is known", "did you mean `generic`?"),
        ("cni: 1", "2:6", "cni: must be a string", None),
        ("universe: declred", "2:11", "unsupported value `declred`", "did you mean `declared`?"),
        ("ipblock-pods: true", "2:15", "must be a string", "quotes"),
        ("open-namespaces: 'yes'", "2:18", "must be true or false", None),
        ("timeout: -1", "2:10", "must be a number of seconds", "no limit"),
        ("timeout: soon", "2:10", "must be a number of seconds", None),
        ("timeout: true", "2:10", "must be a number of seconds", None),
        ("timeout: .nan", "2:10", "must be a number of seconds", None),
        ("pod-cidr: 10.0.0.0", "2:11", "`10.0.0.0` is not a valid CIDR", "10.244.0.0/16"),
        ("pod-cidr: [10.0.0.0/8, x]", "2:24", "pod-cidr[1]: `x` is not a valid CIDR", None),
        ("resolve: example.com", "2:10", "`example.com` gives no domain name addresses", "example.com=192.0"),
        ("resolve: [a.b=1.2.3]", "2:11", "`a.b=1.2.3` gives no domain name addresses", None),
        ("resolve: a.b=::1,", "2:10", "`a.b=::1,` gives no domain name addresses", None),
        ("pod-cdr: 10.0.0.0/8", "2:1", "pod-cdr: unknown field", "did you mean `pod-cidr`?"),
        ("manifests: 3", "2:12", "manifests: must be a string", "quotes"),
        ("manifests: [a, '']", "2:16", "manifests[1]: must not be empty", None),
        ("manifests: ['-']", "2:13", "`-` is standard input", "npverify check -f -"),
    ],
)
def test_what_is_not_understood_is_an_error_with_its_place(read, line, place, message, hint):
    with pytest.raises(ConfigurationError) as caught:
        read(line)

    (problem,) = caught.value.problems
    assert f"{problem.origin.line}:{problem.origin.column}" == place
    assert message in problem.message
    assert hint is None or hint in problem.hint


def test_manifests_start_at_the_folder_of_the_file(read, tmp_path):
    configuration = read("manifests: [deploy, ../other]")

    assert configuration.manifests == ("deploy", "../other")
    assert configuration.path("deploy") == str(tmp_path / "deploy")


@cache
def shown(command):
    """The help of a command in one line: the words, however they are wrapped."""
    return " ".join(npverify(command, "--help").stdout.split())


@pytest.mark.parametrize("name", sorted(set(OPTIONS) - NOT_ON_THE_COMMAND_LINE))
@pytest.mark.parametrize("command", ["check", "query"])
def test_the_command_line_has_every_option_with_the_same_words(command, name):
    option = OPTIONS[name]
    words = "" if option.choices is None else f"<{'|'.join(option.choices)}> "

    assert re.search(rf"--{name} (?:[A-Z=,…]+ )?{re.escape(words + option.help)}", shown(command))
