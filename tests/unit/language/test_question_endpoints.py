from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest
from tests.unit.language.shop_inventory import (
    AGENT,
    API,
    DATABASE,
    FRONTEND,
    SHOP,
    inventory,
    namespace,
    selector,
    service,
    workload,
)

from npverify.errors import UsageError
from npverify.language import parse_endpoint, parse_question
from npverify.language.addresses import ALL_ADDRESSES
from npverify.language.vocabulary import RESERVED
from npverify.questions.query import (
    AddressAlternative,
    Alternative,
    NodeAlternative,
    PodAlternative,
)
from npverify.resources import LabelSelector, Operator, Requirement

INTERNET = AddressAlternative(ALL_ADDRESSES)


def requires(key: str, operator: Operator, *values: str) -> LabelSelector:
    return LabelSelector((Requirement(key, operator, values),))


pods = PodAlternative

ENDPOINTS: list[tuple[str, tuple[Alternative, ...]]] = [
    ("app=frontend", (pods(pod_labels=selector(app="frontend")),)),
    ("app==frontend", (pods(pod_labels=selector(app="frontend")),)),
    ("app = frontend", (pods(pod_labels=selector(app="frontend")),)),
    ("any app=frontend pod", (pods(pod_labels=selector(app="frontend")),)),
    ("pods with app=frontend", (pods(pod_labels=selector(app="frontend")),)),
    ("app!=api", (pods(pod_labels=requires("app", Operator.NOT_IN, "api")),)),
    ("!app", (pods(pod_labels=requires("app", Operator.DOES_NOT_EXIST)),)),
    ("tier", (pods(pod_labels=requires("tier", Operator.EXISTS)),)),
    ("pods with label app", (pods(pod_labels=requires("app", Operator.EXISTS)),)),
    ("app notin (api)", (pods(pod_labels=requires("app", Operator.NOT_IN, "api")),)),
    ("app not in (api)", (pods(pod_labels=requires("app", Operator.NOT_IN, "api")),)),
    ("tier in (web, data)", (pods(pod_labels=requires("tier", Operator.IN, "web", "data")),)),
    (
        "app!=api,tier in (web,data),!x",
        (
            pods(
                pod_labels=LabelSelector(
                    (
                        Requirement("app", Operator.NOT_IN, ("api",)),
                        Requirement("tier", Operator.IN, ("web", "data")),
                        Requirement("x", Operator.DOES_NOT_EXIST),
                    )
                )
            ),
        ),
    ),
    ("app.kubernetes.io/name=x", (pods(pod_labels=requires("app.kubernetes.io/name", Operator.IN, "x")),)),
    ("app.kubernetes.io/name", (pods(pod_labels=requires("app.kubernetes.io/name", Operator.EXISTS)),)),
    ("*/team/name=x", (pods(pod_labels=requires("team/name", Operator.IN, "x")),)),
    ("shop/app=frontend", (pods(namespaces=("shop",), pod_labels=selector(app="frontend")),)),
    ("app=frontend in namespace shop", (pods(namespaces=("shop",), pod_labels=selector(app="frontend")),)),
    (
        "app=frontend in the shop namespace",
        (pods(namespaces=("shop",), pod_labels=selector(app="frontend")),),
    ),
    (
        "shop/app.kubernetes.io/name=x",
        (pods(namespaces=("shop",), pod_labels=requires("app.kubernetes.io/name", Operator.IN, "x")),),
    ),
    (
        "app=frontend outside namespace shop",
        (pods(excluded_namespaces=("shop",), pod_labels=selector(app="frontend")),),
    ),
    (
        "app=frontend not in namespace shop",
        (pods(excluded_namespaces=("shop",), pod_labels=selector(app="frontend")),),
    ),
    ("shop/*", (pods(namespaces=("shop",)),)),
    ("shop/", (pods(namespaces=("shop",)),)),
    ("any pod in namespace shop", (pods(namespaces=("shop",)),)),
    ("anything in the shop namespace", (pods(namespaces=("shop",)),)),
    ("namespace shop", (pods(namespaces=("shop",)),)),
    ("the shop namespace", (pods(namespaces=("shop",)),)),
    ("ns:team=sales", (pods(namespace_labels=selector(team="sales")),)),
    (
        "ns:team=sales/app=x",
        (pods(namespace_labels=selector(team="sales"), pod_labels=selector(app="x")),),
    ),
    (
        "ns:team,kubernetes.io/metadata.name!=shop/app",
        (
            pods(
                namespace_labels=LabelSelector(
                    (
                        Requirement("team", Operator.EXISTS),
                        Requirement("kubernetes.io/metadata.name", Operator.NOT_IN, ("shop",)),
                    )
                ),
                pod_labels=requires("app", Operator.EXISTS),
            ),
        ),
    ),
    ("shop/deployment/frontend", (pods(workload=FRONTEND),)),
    ("shop/deploy/frontend", (pods(workload=FRONTEND),)),
    ("deployment/frontend", (pods(workload=FRONTEND),)),
    ("deployment/shop/frontend", (pods(workload=FRONTEND),)),
    ("shop/sts/database", (pods(workload=DATABASE),)),
    ("monitoring/ds/agent", (pods(workload=AGENT),)),
    ("the frontend deployment", (pods(workload=FRONTEND),)),
    ("deployment frontend", (pods(workload=FRONTEND),)),
    ("shop/frontend", (pods(workload=FRONTEND),)),
    ("any frontend pod", (pods(workload=FRONTEND),)),
    ("the database in namespace shop", (pods(workload=DATABASE),)),
    ("Frontend", (pods(workload=FRONTEND),)),
    ("front end", (pods(workload=FRONTEND),)),
    ("svc/shop/frontend", (pods(namespaces=("shop",), pod_labels=selector(app="frontend")),)),
    ("shop/svc/frontend", (pods(namespaces=("shop",), pod_labels=selector(app="frontend")),)),
    ("service/shop/frontend", (pods(namespaces=("shop",), pod_labels=selector(app="frontend")),)),
    ("the frontend service", (pods(namespaces=("shop",), pod_labels=selector(app="frontend")),)),
    ("db", (pods(namespaces=("shop",), pod_labels=selector(app="database")),)),
    (
        "node-agent",
        (
            pods(
                namespaces=("monitoring",),
                pod_labels=LabelSelector((Requirement("k8s-app", Operator.IN, ("node-agent",)),)),
            ),
        ),
    ),
    ("203.0.113.0/24", (AddressAlternative((ip_network("203.0.113.0/24"),)),)),
    ("203.0.113.7", (AddressAlternative((ip_network("203.0.113.7"),)),)),
    ("2001:db8::/32", (AddressAlternative((ip_network("2001:db8::/32"),)),)),
    ("2001:db8::1", (AddressAlternative((ip_network("2001:db8::1"),)),)),
    ("internet", (INTERNET,)),
    ("the internet", (INTERNET,)),
    ("outside the cluster", (INTERNET,)),
    ("node", (NodeAlternative(),)),
    ("the nodes", (NodeAlternative(),)),
    ("a node", (NodeAlternative(),)),
    ("node/worker-1", (NodeAlternative("worker-1"),)),
    ("192.168.0.1", (NodeAlternative("worker-1"),)),
    ("any", (PodAlternative(), INTERNET)),
    ("anything", (PodAlternative(), INTERNET)),
    ("anyone", (PodAlternative(), INTERNET)),
    ("everything", (PodAlternative(), INTERNET)),
    ("any pod", (PodAlternative(),)),
    ("all pods", (PodAlternative(),)),
    ("any pod outside namespace shop", (pods(excluded_namespaces=("shop",)),)),
    ("outside namespace shop", (pods(excluded_namespaces=("shop",)), INTERNET)),
    ("anything outside namespace shop", (pods(excluded_namespaces=("shop",)), INTERNET)),
    (
        "any pod outside namespace shop outside namespace monitoring",
        (pods(excluded_namespaces=("shop", "monitoring")),),
    ),
    ("in namespace shop", (pods(namespaces=("shop",)),)),
    ("with label team/name", (pods(pod_labels=requires("team/name", Operator.EXISTS)),)),
    (
        "shop/app.kubernetes.io/name",
        (pods(namespaces=("shop",), pod_labels=requires("app.kubernetes.io/name", Operator.EXISTS)),),
    ),
    ("workload frontend", (pods(workload=FRONTEND),)),
    (
        "frontend,tier",
        (
            pods(
                pod_labels=LabelSelector(
                    (Requirement("frontend", Operator.EXISTS), Requirement("tier", Operator.EXISTS))
                )
            ),
        ),
    ),
    ("frontend or api", (pods(workload=FRONTEND), pods(workload=API))),
    ("frontend or frontend", (pods(workload=FRONTEND),)),
    ("10.0.0.12", (pods(workload=replace(API, pods=API.pods[1:], template=None)),)),
    ("api-2", (pods(workload=replace(API, pods=API.pods[1:], template=None)),)),
    ("shop/pod/api-2", (pods(workload=replace(API, pods=API.pods[1:], template=None)),)),
    (
        "10.0.0.8/29",
        (
            AddressAlternative((ip_network("10.0.0.8/29"),)),
            pods(workload=replace(API, template=None)),
        ),
    ),
]


@pytest.mark.parametrize(("text", "alternatives"), ENDPOINTS)
def test_an_endpoint_means(text: str, alternatives: tuple[Alternative, ...]) -> None:
    assert alternatives == parse_endpoint(text, SHOP).alternatives


@pytest.mark.parametrize("text", [text for text, _ in ENDPOINTS])
def test_the_text_of_a_selection_means_the_same_again(text: str) -> None:
    selection = parse_endpoint(text, SHOP)

    assert selection == parse_endpoint(selection.text, SHOP)


@pytest.mark.parametrize("text", [text for text, _ in ENDPOINTS])
def test_an_endpoint_means_the_same_in_a_sentence(text: str) -> None:
    query = parse_question(f"can only {text} reach database?", SHOP)

    assert parse_endpoint(text, SHOP) == query.source


UNDERSTOOD = [
    ("frontend", "the pods of shop/deployment/frontend (the workload of that name)"),
    ("shop/deployment/frontend", "the pods of shop/deployment/frontend"),
    (
        "node-agent",
        "pods with k8s-app=node-agent in namespace monitoring (pods carry that value of the label k8s-app)",
    ),
    ("10.0.0.12", "the pod shop/api-2, which has the address 10.0.0.12"),
    ("192.168.0.1", "the node worker-1, which has the address 192.168.0.1"),
    ("api-1", "shop/pod/api-1 (a pod of shop/deployment/api)"),
    (
        "10.0.0.8/29",
        (
            "every outside address in 10.0.0.8/29, and what the input places there: pod shop/api-1, "
            "pod shop/api-2"
        ),
    ),
    (
        "agent",
        (
            "the pods of monitoring/daemonset/agent (the workload of that name); it uses the host network, "
            "so that policies see its node"
        ),
    ),
    ("!tier in namespace shop", "pods with no label tier in namespace shop"),
]


@pytest.mark.parametrize(("text", "words"), UNDERSTOOD)
def test_a_selection_says_how_it_was_understood(text: str, words: str) -> None:
    assert words == parse_endpoint(text, SHOP).understood


TWO_SHOPS = inventory(
    namespace("shop"),
    namespace("outlet"),
    workload("shop", "web", {"app": "web"}),
    workload("outlet", "web", {"app": "web"}),
    workload("shop", "cart-service", {"app": "cart"}),
    workload("shop", "on", {"app": "on"}),
    workload("shop", "canary", {"app": "store", "component": "store"}),
    workload("shop", "stable", {"app": "store"}),
    service("shop", "stable", selector(app="store"), (None, 80, 80)),
)


def test_a_workload_whose_pods_have_finished_says_so() -> None:
    finished = replace(FRONTEND, kind="Job", pods=(), finished_pods=FRONTEND.pods)
    alone = replace(SHOP, workloads=(finished,), services=())

    assert parse_endpoint("frontend", alone).understood.endswith("; all of them have finished")


def test_a_service_without_a_selector_is_not_the_workload_of_its_name() -> None:
    both = inventory(workload("shop", "web", {"app": "web"}), service("shop", "web", None, (None, 80, 80)))

    with pytest.raises(UsageError, match="can mean 2 things"):
        parse_endpoint("web", both)


def test_a_namespace_narrows_a_name_that_stands_for_two_things() -> None:
    for text in ("web in namespace outlet", "outlet/web", "web outside namespace shop"):
        assert (pods(workload=TWO_SHOPS.workloads[1]),) == parse_endpoint(text, TWO_SHOPS).alternatives


def test_a_name_with_a_noun_in_it_is_tried_first() -> None:
    selection = parse_endpoint("the cart service", TWO_SHOPS)

    assert (pods(workload=TWO_SHOPS.workloads[2]),) == selection.alternatives


def test_a_name_that_is_a_word_of_the_language_can_be_asked_about() -> None:
    query = parse_question("can */on reach shop/on?", TWO_SHOPS)

    assert query.source is not None
    assert query.destination is not None
    assert (pods(workload=TWO_SHOPS.workloads[3]),) == query.source.alternatives
    assert query.source.alternatives == query.destination.alternatives
    assert query == parse_question(query.sentence, TWO_SHOPS)


def test_several_labels_that_name_the_same_pods_are_one_meaning() -> None:
    alone = inventory(workload("shop", "x", {"app": "store", "component": "store"}))

    assert (pods(namespaces=("shop",), pod_labels=selector(app="store")),) == parse_endpoint(
        "store", alone
    ).alternatives


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("web", ("shop/deployment/web", "outlet/deployment/web")),
        ("store", ("shop/app=store", "shop/component=store")),
        ("stable", ("shop/deployment/stable", "svc/shop/stable")),
    ],
)
def test_a_name_of_several_unlike_things_lists_what_can_be_typed(
    text: str, candidates: tuple[str, ...]
) -> None:
    with pytest.raises(UsageError) as caught:
        parse_endpoint(text, TWO_SHOPS)

    for candidate in candidates:
        assert f"`{candidate}`" in caught.value.message
        assert parse_endpoint(candidate, TWO_SHOPS).alternatives


NOTES = [
    ("app=fronted", ("no declared pod carries app=fronted; did you mean app=frontend?",)),
    ("ap=frontend", ("no declared pod carries a label ap; did you mean app?",)),
    ("!teir", ("no declared pod carries a label teir; did you mean tier?",)),
    ("monitoring/app=api", ("no declared pod of namespace monitoring carries app=api",)),
    ("shpo/app=api", ("the input has no namespace shpo; did you mean shop?",)),
    ("app=api outside namespace shpo", ("the input has no namespace shpo; did you mean shop?",)),
    ("ns:team=sale", ("no declared namespace carries team=sale; did you mean team=sales?",)),
    ("203.0.113.7/24", ("203.0.113.7/24 has bits beyond its prefix: taken as 203.0.113.0/24",)),
    ("app=frontend", ()),
    ("203.0.113.0/24", ()),
]


@pytest.mark.parametrize(("text", "notes"), NOTES)
def test_what_nothing_in_the_input_has_is_remarked_on(text: str, notes: tuple[str, ...]) -> None:
    assert notes == parse_question(f"can {text} reach database?", SHOP).notes


@pytest.mark.parametrize("word", [word for word in sorted(RESERVED) if word.isalpha()])
@pytest.mark.parametrize("place", ["shop", "svc"])
def test_an_object_called_like_a_word_of_the_language_can_be_written(word: str, place: str) -> None:
    alone = inventory(workload(place, word, {"app": word}))

    for text in (f"*/{word}", f"{place}/deployment/{word}", f"*/{word} in namespace {place}"):
        query = parse_question(f"can {text} reach any?", alone)

        assert query.source is not None
        assert query.source.alternatives == (pods(workload=alone.workloads[0]),)
        assert parse_question(query.sentence, alone) == query
