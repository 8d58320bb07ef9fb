"""Ordered rules of which the first match decides: what each of them does, as terms.

Rules come in policies, policies in ranks. The policies of one rank have no order: open facts say which of
them come first, so that a statement which has to hold in every order leaves the facts open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from npverify_encodings.flows import Side
from npverify_encodings.model import Action, Condition, Layer, Rule
from npverify_encodings.smtlib import FALSE, negate
from npverify_encodings.verdict import PipelineEncoder


@dataclass(frozen=True, slots=True)
class OrderedRule:
    """One rule: it matches what one of `matches` does, whose own actions and owners do not count.

    `name` is that of its switch. Rules of a lower `rank` come first; of one rank, those of one `owner` are in
    order.
    """

    name: str
    owner: str
    rank: int
    action: Action
    matches: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Tier:
    """Rules sorted by rank and owner.

    `first` gives, for owners that share a rank, the open fact that this one comes before the others. `front`
    are two owners of one rank that come one after the other: behind those whose fact in `first` is true, and
    before those whose fact in `second` is.
    """

    rules: tuple[OrderedRule, ...] = ()
    first: Mapping[str, Condition] = field(default_factory=dict)
    second: Mapping[str, Condition] = field(default_factory=dict)
    front: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What rules in a row decide: at most one of the terms is true, and none where no rule matches."""

    allows: str = FALSE
    denies: str = FALSE
    passes: str = FALSE

    def of(self, action: Action) -> str:
        """The term that is true iff the first match has this action."""
        match action:
            case Action.ALLOW:
                return self.allows
            case Action.DENY:
                return self.denies
            case Action.PASS:
                return self.passes


@dataclass(frozen=True, slots=True)
class RuleTerms:
    """What is said of one rule; `rivals` are rules with another action that come before it in every order.

    `matches`; `reached`: it matches, and in some order it is the first that does; `decides`: the same, and
    where another policy of its rank matches as well, then with the same action; `overruled`: it matches, and
    in some order a rival is the first match; `overlaps`: it matches, and a rival decides. `after`: what is
    decided, in any order, where neither the rule nor anything before it matches.
    """

    matches: str
    reached: str
    decides: str
    overruled: str
    overlaps: str
    after: Outcome


@dataclass(frozen=True, slots=True)
class TierTerms:
    """What a tier decides, and what is said of each of its rules, by name."""

    outcome: Outcome
    rules: Mapping[str, RuleTerms]


class TierEncoder(PipelineEncoder):
    """Encodes tiers and the layers around them; each rule of a tier has a switch, and each other policy."""

    def encode_tier(self, tier: Tier, subject: Side, *, whole: bool = False) -> TierTerms:
        """The terms of a tier whose subjects are at that end; of the `whole` tier only, not of its rules."""
        ranks = [
            _Rank(self, tier, tuple(own), subject)
            for _, own in groupby(tier.rules, key=lambda rule: rule.rank)
        ]
        rests = [Outcome()]
        for rank in reversed(ranks):
            rests.append(self.in_a_row((rank.outcome, rests[-1])))
        if whole:
            return TierTerms(rests[-1], {})
        ahead = _Ahead()
        terms: dict[str, RuleTerms] = {}
        for rank, rest in zip(ranks, reversed(rests[:-1]), strict=True):
            own = rank.terms(ahead, rest)
            terms |= own
            ahead = ahead.then(self, [(rule, own[rule.name]) for rule in rank.rules])
        return TierTerms(rests[-1], terms)

    def encode_match(self, rule: OrderedRule, subject: Side) -> str:
        """A term that is true iff the rule is switched on and matches."""
        matched = self._script.any_of(self._encode_rule(each, subject) for each in rule.matches)
        return self._switch(rule.name, matched)

    def encode_matched(self, layer: Layer, subject: Side) -> str:
        """A term that is true iff some rule of the layer matches, but for policies that are switched off."""
        return self._script.any_of(
            self._switch(rule.owner, self._encode_rule(rule, subject)) for rule in layer.rules
        )

    def encode_isolation(self, layer: Layer, subject: Side) -> str:
        """A term that is true iff some policy of the layer that is switched on isolates the subject."""
        return self._script.any_of(self._encode_isolation(each, subject) for each in layer.isolated)

    def encode_layers(self, layers: Sequence[Layer], subject: Side, following: str) -> str:
        """A term that is true iff the layers let the flow through, where `following` decides what is left."""
        for layer in reversed(layers):
            following = self._encode_layer(layer, subject, following)
        return following

    def in_a_row(self, outcomes: Iterable[Outcome]) -> Outcome:
        """What the first of several that matches decides."""
        script, whole = self._script, Outcome()
        for one in reversed(tuple(outcomes)):
            missed = negate(script.any_of((one.allows, one.denies, one.passes)))
            allows, denies, passes = (
                script.any_of((one.of(action), script.all_of((missed, whole.of(action)))))
                for action in (Action.ALLOW, Action.DENY, Action.PASS)
            )
            whole = Outcome(allows, denies, passes)
        return whole

    def where(self, condition: Condition, outcome: Outcome) -> Outcome:
        """The outcome where an open fact is so, and no match elsewhere."""
        fact = self.flow.encode_condition(condition)
        allows, denies, passes = (
            self._script.all_of((fact, term)) for term in (outcome.allows, outcome.denies, outcome.passes)
        )
        return Outcome(allows, denies, passes)

    def verdict(self, outcome: Outcome, following: str) -> str:
        """A term that is true iff the flow is let through, where `following` decides what is left."""
        return self._script.any_of((outcome.allows, self._script.all_of((negate(outcome.denies), following))))


@dataclass(frozen=True, slots=True)
class _Ahead:
    """Rules that come before others in every order: whether one matches, and the first match by action."""

    matches: str = FALSE
    reached: Mapping[Action, str] = field(default_factory=lambda: dict.fromkeys(Action, FALSE))
    decides: Mapping[Action, str] = field(default_factory=lambda: dict.fromkeys(Action, FALSE))

    def then(self, encoder: TierEncoder, rules: Sequence[tuple[OrderedRule, RuleTerms]]) -> _Ahead:
        """These rules and some more."""
        any_of = encoder.flow.script.any_of
        own = {a: [terms for rule, terms in rules if rule.action is a] for a in Action}
        return _Ahead(
            any_of((self.matches, *(terms.matches for _, terms in rules))),
            {a: any_of((self.reached[a], *(terms.reached for terms in own[a]))) for a in Action},
            {a: any_of((self.decides[a], *(terms.decides for terms in own[a]))) for a in Action},
        )


class _Rank:
    """The policies of one rank."""

    def __init__(
        self, encoder: TierEncoder, tier: Tier, rules: tuple[OrderedRule, ...], subject: Side
    ) -> None:
        self.rules = rules
        self._encoder = encoder
        self._any_of, self._all_of = encoder.flow.script.any_of, encoder.flow.script.all_of
        self._tier = tier
        self._matches = {rule.name: encoder.encode_match(rule, subject) for rule in rules}
        self._policies = {owner: tuple(own) for owner, own in groupby(rules, key=lambda rule: rule.owner)}
        self._outcomes = {owner: self._row(own) for owner, own in self._policies.items()}
        self.outcome = self._arranged()

    def _row(self, rules: Iterable[OrderedRule]) -> Outcome:
        """What rules of one policy decide."""
        return self._encoder.in_a_row(_single(rule.action, self._matches[rule.name]) for rule in rules)

    def _arranged(self) -> Outcome:
        """What the rank decides, in the order that the facts give; by name where they say nothing."""
        front = [owner for owner in self._tier.front if owner in self._outcomes]
        others = [owner for owner in self._outcomes if owner not in front]
        return self._encoder.in_a_row(
            (
                *self._facted(self._tier.first, others),
                *(self._outcomes[owner] for owner in front),
                *(self._facted(self._tier.second, others) if front else ()),
                *(self._outcomes[owner] for owner in others),
            )
        )

    def _facted(self, facts: Mapping[str, Condition], owners: Sequence[str]) -> list[Outcome]:
        """The policies where their facts are so."""
        return [self._encoder.where(facts[o], self._outcomes[o]) for o in owners if o in facts]

    def terms(self, ahead: _Ahead, rest: Outcome) -> dict[str, RuleTerms]:
        """What is said of each rule; `rest` is what the ranks after this one decide."""
        found: dict[str, RuleTerms] = {}
        for owner, others in self._without_each().items():
            found |= self._of_policy(self._policies[owner], ahead, self._encoder.in_a_row((others, rest)))
        return found

    def _of_policy(self, rules: Sequence[OrderedRule], ahead: _Ahead, rest: Outcome) -> dict[str, RuleTerms]:
        """What is said of the rules of one policy, which `rest` follows if it comes first in its rank."""
        rests = [rest]
        for rule in reversed(rules):
            rests.append(self._encoder.in_a_row((self._row((rule,)), rests[-1])))
        found: dict[str, RuleTerms] = {}
        for rule, after in zip(rules, reversed(rests[:-1]), strict=True):
            matches = self._matches[rule.name]
            reached = self._all_of((matches, negate(ahead.matches)))
            rivals = [action for action in Action if action is not rule.action]
            terms = RuleTerms(
                matches=matches,
                reached=reached,
                decides=self._all_of((reached, negate(self._opposed(rule)))),
                overruled=self._all_of((matches, self._any_of(ahead.reached[a] for a in rivals))),
                overlaps=self._all_of((matches, self._any_of(ahead.decides[a] for a in rivals))),
                after=after,
            )
            found[rule.name] = terms
            ahead = ahead.then(self._encoder, [(rule, terms)])
        return found

    def _opposed(self, rule: OrderedRule) -> str:
        """A term that is true iff a rule of another policy of the rank matches, with another action."""
        return self._any_of(
            self._matches[other.name]
            for other in self.rules
            if other.owner != rule.owner and other.action is not rule.action
        )

    def _without_each(self) -> dict[str, Outcome]:
        """What the other policies of the rank decide in any order, by the one that is left out."""
        facts, owners = self._tier.first, list(self._outcomes)
        rows = (
            [self._encoder.where(facts[o], self._outcomes[o]) if o in facts else Outcome() for o in owners],
            [self._outcomes[o] for o in owners],
        )
        first, others = (self._one_left_out(row) for row in rows)
        return {
            owner: self._encoder.in_a_row(both) for owner, *both in zip(owners, first, others, strict=True)
        }

    def _one_left_out(self, row: Sequence[Outcome]) -> list[Outcome]:
        """What a row decides without its first member, without its second, and so on."""
        in_a_row = self._encoder.in_a_row
        ahead, behind = [Outcome()], [Outcome()]
        for outcome in row[:-1]:
            ahead.append(in_a_row((ahead[-1], outcome)))
        for outcome in reversed(row[1:]):
            behind.append(in_a_row((outcome, behind[-1])))
        return [in_a_row(both) for both in zip(ahead, reversed(behind), strict=True)]


def _single(action: Action, matches: str) -> Outcome:
    match action:
        case Action.ALLOW:
            return Outcome(allows=matches)
        case Action.DENY:
            return Outcome(denies=matches)
        case Action.PASS:
            return Outcome(passes=matches)
