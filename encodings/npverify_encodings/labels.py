"""Labels and namespaces of one end of a flow, as small codes.

A label is a bit-vector: code 0 means that the key is absent, then comes one code for each value that the
slice mentions, and the last code stands for any other value. The domain is finite and yet complete: no rule
of the slice can tell two unmentioned values apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from npverify_encodings.model import LabelOperator, LabelRequirement, NamespaceIs, Scope, World
from npverify_encodings.slicing import NO_FACTS, EndpointFacts, LabelKey
from npverify_encodings.smtlib import FALSE, TRUE, Script, negate, symbol

ABSENT = "(absent)"
OTHER = "(any other)"


class CodeTable:
    """A finite domain under construction: named codes of one bit-vector, late bound.

    The terms use the names of the codes; their numbers and the width are settled by `close`.
    """

    def __init__(self, script: Script, variable: str, *, first: tuple[str, ...] = ()) -> None:
        self._script = script
        self.variable = variable
        self._codes: dict[str, str] = {}
        for name in first:
            self._code(name)

    def _code(self, name: str) -> str:
        if name not in self._codes:
            self._codes[name] = symbol(f"{self.variable} = {name}")
        return self._codes[name]

    def __contains__(self, name: str) -> bool:
        return name in self._codes

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the codes so far, by code."""
        return tuple(self._codes)

    def equals(self, name: str) -> str:
        """A term that is true iff the variable has the code of this name, which is made if need be."""
        return f"(= {symbol(self.variable)} {self._code(name)})"

    def close(self) -> None:
        """Settle numbers and width; the code for everything else comes last."""
        self._codes.pop(OTHER, None)
        self._code(OTHER)
        width = max(1, (len(self._codes) - 1).bit_length())
        sort = f"(_ BitVec {width})"
        variable = self._script.declare(self.variable, sort)
        for code, quoted in enumerate(self._codes.values()):
            self._script.define_constant(quoted, sort, f"#b{code:0{width}b}")
        if len(self._codes) < 1 << width:
            self._script.require(f"(bvule {variable} #b{len(self._codes) - 1:0{width}b})")


class LabelEncoder:
    """The labels of one end, in every scope."""

    def __init__(self, script: Script, side: str, facts: EndpointFacts) -> None:
        self._script = script
        self._side = side
        self._facts = facts
        self._tables: dict[LabelKey, CodeTable] = {}

    @property
    def keys(self) -> tuple[LabelKey, ...]:
        """The labels that terms mention, in the order of their first mention."""
        return tuple(self._tables)

    def forget_facts(self) -> None:
        """Encode every requirement in full from now on."""
        self._facts = NO_FACTS

    def table(self, key: LabelKey) -> CodeTable:
        """The codes of one label."""
        if key not in self._tables:
            self._tables[key] = CodeTable(
                self._script, f"{self._side} {key[0]} label {key[1]}", first=(ABSENT,)
            )
        return self._tables[key]

    def encode(self, requirement: LabelRequirement) -> str:
        """A term that is true iff the label satisfies the requirement; an absent key satisfies NotIn."""
        key = (requirement.scope, requirement.key)
        known = self._facts.labels.get(key)
        if known is not None:
            admitted = [
                requirement.admits(value) for value in sorted(known, key=lambda v: (v is not None, v or ""))
            ]
            if all(admitted):
                return TRUE
            if not any(admitted):
                return FALSE
        table = self.table(key)
        match requirement.operator:
            case LabelOperator.IN:
                return self._script.any_of(table.equals(_value(v)) for v in requirement.values)
            case LabelOperator.NOT_IN:
                return negate(self._script.any_of(table.equals(_value(v)) for v in requirement.values))
            case LabelOperator.EXISTS:
                return negate(table.equals(ABSENT))
            case LabelOperator.DOES_NOT_EXIST:
                return table.equals(ABSENT)

    def project(self, key: LabelKey, labels: Mapping[str, str]) -> str:
        """The name of the code that a label map has for one mentioned label."""
        value = labels.get(key[1])
        if value is None:
            return ABSENT
        return _value(value) if _value(value) in self._tables[key] else OTHER

    def close(self) -> None:
        """Settle every domain; the last call on this encoder."""
        for table in self._tables.values():
            table.close()


class NamespaceEncoder:
    """The namespace of one end: one code a name that matters, and one for every other namespace."""

    def __init__(
        self, script: Script, side: str, facts: EndpointFacts, world: World, labels: LabelEncoder
    ) -> None:
        self._script = script
        self._facts = self._bounds = facts
        self._world = world
        self._labels = labels
        self._known = world.labels_by_namespace
        self.table = CodeTable(script, f"{side} namespace")
        self.is_used = False

    def forget_facts(self) -> None:
        """Encode every atom in full from now on."""
        self._facts = NO_FACTS

    def encode(self, atom: NamespaceIs) -> str:
        """A term that is true iff the endpoint lives in the namespace."""
        known = self._facts.namespaces
        if known is not None and atom.name not in known:
            return FALSE
        if known is not None and len(known) == 1:
            return TRUE
        self.is_used = True
        return self.table.equals(_value(atom.name))

    def encode_label(self, requirement: LabelRequirement) -> str:
        """A term that is true iff the labels of the namespace satisfy the requirement."""
        if requirement.key == self._world.identity_label:
            return self._encode_identity(requirement)
        within = self._facts.namespaces
        if within is not None and all(name in self._known for name in within):
            admitted = [n for n in sorted(within) if requirement.admits(self._known[n].get(requirement.key))]
            if len(admitted) == len(within):
                return TRUE
            return self._script.any_of(self.encode(NamespaceIs(name)) for name in admitted)
        self.is_used = True
        return self._labels.encode(requirement)

    def _encode_identity(self, requirement: LabelRequirement) -> str:
        match requirement.operator:
            case LabelOperator.IN:
                return self._script.any_of(self.encode(NamespaceIs(v)) for v in requirement.values)
            case LabelOperator.NOT_IN:
                return negate(self._script.any_of(self.encode(NamespaceIs(v)) for v in requirement.values))
            case LabelOperator.EXISTS:
                return TRUE
            case LabelOperator.DOES_NOT_EXIST:
                return FALSE

    def encode_none(self) -> str:
        """A term that is true iff the namespace is none that has a code of its own."""
        return self.table.equals(OTHER)

    def close(self) -> None:
        """Tie the labels of known namespaces to their names and settle the domain; the labels close later.

        Of the namespaces that no term names, one of each kind that the labels tell apart is enough.
        """
        keys = [key for key in self._labels.keys if key[0] is Scope.NAMESPACE]
        seen: set[tuple[str, ...]] = set()
        for name, labels in self._known.items() if keys else ():
            looks = tuple(self._labels.project(key, labels) for key in keys)
            if _value(name) not in self.table:
                if looks in seen or not (self._bounds.namespaces is None or name in self._bounds.namespaces):
                    continue
                seen.add(looks)
            self._script.require(self._tie(name, keys, looks))
        if self.is_used:
            self.table.close()

    def encode_reading(self, reading: Mapping[str, Mapping[str, str]]) -> str:
        """A term that is true iff the labels are those of the reading, where the namespace is one of its own;
        for when all labels have been mentioned.
        """
        keys = [key for key in self._labels.keys if key[0] is Scope.NAMESPACE]
        return self._script.all_of(
            self._tie(name, keys, tuple(self._labels.project(key, labels) for key in keys))
            for name, labels in sorted(reading.items())
            if keys and _value(name) in self.table
        )

    def _tie(self, name: str, keys: Sequence[LabelKey], looks: Sequence[str]) -> str:
        """A term that is true iff the namespace is another one, or the labels look like this."""
        here = self.table.equals(_value(name))
        ties = [self._labels.table(key).equals(look) for key, look in zip(keys, looks, strict=True)]
        return f"(=> {here} {self._script.all_of(ties)})"


def _value(text: str) -> str:
    """A name for the code of a value that cannot be confused with ABSENT and OTHER."""
    return f"`{text}`"


def value_of(name: str) -> str | None:
    """The value behind the name of a code, or None for ABSENT and OTHER."""
    return name[1:-1] if name.startswith("`") else None
