"""Signs of a network plugin: found in passing, and never a reason to reject an object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from npverify.manifests.documents import Document, Path
from npverify.manifests.plugin_names import (
    CONFIG_MAP_KEYS,
    CONFIG_MAPS,
    CONTAINERS,
    CONTROLLERS,
    GROUPS,
    IMAGE_NAMES,
    IMAGES,
    NETWORK_TYPES,
    VARIABLES,
)
from npverify.resources import AgentContainer, Component, PluginSign, Setting, SignKind

_SUFFIXED = "antrea-config"
_DEFAULT_NAMESPACE = "default"
_POD_PATH: Path = ("spec",)
_TEMPLATE_PATH: Path = ("spec", "template", "spec")
_ENDED = ("Succeeded", "Failed")
_NODE_ARGUMENTS = "k3s.io/node-args"
_CALICO_FIELDS: Mapping[str, tuple[Path, ...]] = {
    "Installation": (("spec", "cni", "type"), ("spec", "variant"), ("status", "calicoVersion")),
    "FelixConfiguration": (("spec", "defaultEndpointToHostAction"),),
    "ClusterInformation": (("spec", "calicoVersion"), ("spec", "variant")),
}


def find_plugin_sign(document: Document, kind: str, group: str) -> PluginSign | None:
    """What an object tells of network plugins; None for most objects."""
    find = _FINDERS.get((group, kind))
    return find(document, kind) if find is not None and isinstance(document.data, dict) else None


# Looking at data that nobody has validated ------------------------------------------------------------


def _at(data: object, path: Path) -> object:
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def _text(data: object, path: Path, default: str = "") -> str:
    found = _at(data, path)
    return found if isinstance(found, str) else default


def _items(data: object, path: Path) -> Iterator[tuple[Path, object]]:
    found = _at(data, path)
    if isinstance(found, list):
        yield from (((*path, number), item) for number, item in enumerate(found))


def _settings(document: Document, paths: tuple[Path, ...]) -> tuple[Setting, ...]:
    """The fields that are there, under the names of their last steps."""
    return tuple(
        Setting(str(path[-1]), text, document.origin(path))
        for path in paths
        if (text := _text(document.data, path))
    )


def _sign(
    document: Document,
    kind: str,
    sign_kind: SignKind,
    components: tuple[Component, ...],
    *,
    containers: tuple[AgentContainer, ...] = (),
    settings: tuple[Setting, ...] = (),
    namespaced: bool = True,
    name: str | None = None,
) -> PluginSign:
    metadata: Path = ("metadata",)
    return PluginSign(
        kind=kind,
        namespace=_text(document.data, (*metadata, "namespace"), _DEFAULT_NAMESPACE) if namespaced else "",
        name=name or _text(document.data, (*metadata, "name"), "(unnamed)"),
        sign_kind=sign_kind,
        components=components,
        containers=containers,
        settings=settings,
        origin=document.origin(),
    )


# What runs --------------------------------------------------------------------------------------------


def _of_daemon_set(document: Document, kind: str) -> PluginSign | None:
    containers = _agents(document, _TEMPLATE_PATH)
    if not containers:
        return None
    runs_nowhere = _at(document.data, ("status", "desiredNumberScheduled")) == 0
    sign_kind = SignKind.CONFIGURES if runs_nowhere else SignKind.RUNS
    return _sign(document, kind, sign_kind, _components(containers), containers=containers)


def _of_pod(document: Document, kind: str) -> PluginSign | None:
    containers = _agents(document, _POD_PATH)
    if not containers or _text(document.data, ("status", "phase")) in _ENDED:
        return None
    owners = [
        owner
        for _, owner in _items(document.data, ("metadata", "ownerReferences"))
        if _at(owner, ("kind",)) == "DaemonSet"
    ]
    name = _text(owners[0], ("name",)) if owners else None
    told = "DaemonSet" if owners else kind
    return _sign(document, told, SignKind.RUNS, _components(containers), containers=containers, name=name)


def _of_deployment(document: Document, kind: str) -> PluginSign | None:
    for path, container in _items(document.data, (*_TEMPLATE_PATH, "containers")):
        component, sign_kind = CONTROLLERS.get(_text(container, ("name",)), (None, SignKind.RUNS))
        if component is not None:
            own = (_agent(document, path, container, component),)
            return _sign(document, kind, sign_kind, (component,), containers=own)
    return None


def _agents(document: Document, path: Path) -> tuple[AgentContainer, ...]:
    return tuple(
        _agent(document, place, container, component)
        for place, container in _items(document.data, (*path, "containers"))
        if (component := _component(container)) is not None
    )


def _component(container: object) -> Component | None:
    """Whose container this is: by its name, else by its image."""
    found = CONTAINERS.get(_text(container, ("name",)))
    if found is not None:
        return found
    repository = _text(container, ("image",)).partition("@")[0].split("/")
    repository[-1] = repository[-1].partition(":")[0]
    return IMAGES.get("/".join(repository[-2:])) or IMAGE_NAMES.get(repository[-1])


def _components(containers: tuple[AgentContainer, ...]) -> tuple[Component, ...]:
    return tuple(dict.fromkeys(container.component for container in containers))


def _agent(document: Document, path: Path, container: object, component: Component) -> AgentContainer:
    arguments = [
        Setting("", text, document.origin((*path, *place)))
        for part in ("command", "args")
        for place, text in _items(container, (part,))
        if isinstance(text, str)
    ]
    variables = [
        (place, name.upper(), variable)
        for place, variable in _items(container, ("env",))
        if (name := _text(variable, ("name",))).upper() in VARIABLES
    ]
    return AgentContainer(
        component=component,
        image=_text(container, ("image",)),
        arguments=tuple(arguments),
        environment=tuple(
            Setting(name, _text(variable, ("value",)), document.origin((*path, *place)))
            for place, name, variable in variables
        ),
        referred=tuple(name for _, name, variable in variables if _at(variable, ("valueFrom",)) is not None),
        origin=document.origin((*path, "image")),
    )


def _of_node(document: Document, kind: str) -> PluginSign | None:
    """A node of k3s, with the arguments that it was started with."""
    settings = _settings(
        document,
        (("status", "nodeInfo", "kubeletVersion"), ("metadata", "annotations", _NODE_ARGUMENTS)),
    )
    if not any(setting.name == "kubeletVersion" and "+k3s" in setting.text for setting in settings):
        return None
    return _sign(document, kind, SignKind.RUNS, (Component.K3S,), settings=settings, namespaced=False)


# What configures and defines --------------------------------------------------------------------------


def _of_config_map(document: Document, kind: str) -> PluginSign | None:
    name = _text(document.data, ("metadata", "name"))
    components = CONFIG_MAPS.get(_SUFFIXED if name.startswith(_SUFFIXED) else name)
    if components is None:
        return None
    entries = _at(document.data, ("data",))
    kept = sorted(CONFIG_MAP_KEYS & entries.keys()) if isinstance(entries, dict) else []
    settings = _settings(document, tuple(("data", key) for key in kept))
    return _sign(document, kind, SignKind.CONFIGURES, components, settings=settings)


def _of_definition(document: Document, kind: str) -> PluginSign | None:
    component = GROUPS.get(_text(document.data, ("spec", "group")))
    if component is None:
        return None
    return _sign(document, kind, SignKind.DEFINES, (component,), namespaced=False)


def _of_calico_object(document: Document, kind: str) -> PluginSign | None:
    settings = _settings(document, _CALICO_FIELDS[kind])
    return _sign(
        document, kind, SignKind.CONFIGURES, (Component.CALICO,), settings=settings, namespaced=False
    )


def _of_openshift_network(document: Document, kind: str) -> PluginSign | None:
    written = _settings(document, (("status", "networkType"), ("spec", "networkType")))
    component = NETWORK_TYPES.get(written[0].text.lower()) if written else None
    if component is None:
        return None
    return _sign(document, kind, SignKind.CONFIGURES, (component,), settings=written[:1], namespaced=False)


_FINDERS: Mapping[tuple[str, str], Callable[[Document, str], PluginSign | None]] = {
    ("apps", "DaemonSet"): _of_daemon_set,
    ("extensions", "DaemonSet"): _of_daemon_set,
    ("apps", "Deployment"): _of_deployment,
    ("extensions", "Deployment"): _of_deployment,
    ("", "Pod"): _of_pod,
    ("", "Node"): _of_node,
    ("", "ConfigMap"): _of_config_map,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _of_definition,
    ("operator.tigera.io", "Installation"): _of_calico_object,
    ("crd.projectcalico.org", "FelixConfiguration"): _of_calico_object,
    ("projectcalico.org", "FelixConfiguration"): _of_calico_object,
    ("crd.projectcalico.org", "ClusterInformation"): _of_calico_object,
    ("projectcalico.org", "ClusterInformation"): _of_calico_object,
    ("config.openshift.io", "Network"): _of_openshift_network,
}
