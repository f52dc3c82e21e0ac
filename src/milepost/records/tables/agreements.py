"""Agreements, who is party to them, and how they enter into force."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from milepost.records.kinds import (
    Date,
    Id,
    NotNegative,
    Positive,
    Ref,
    Sourced,
    Text,
    Texts,
)


class Party(Sourced):
    """Who promises: a state, a union of states or an organisation."""

    table: ClassVar[str] = "parties"
    id: Annotated[Id, Field(description="ISO 3166-1 alpha-3 code of a state, or a short code")]
    name: Annotated[Text, Field(description="name in English")]
    kind: Annotated[Literal["country", "union", "organisation"], Field(description="what it is")] = "country"
    members: Annotated[Texts, Ref("parties"), Field(description="members of a union, separated by ;")] = ()
    existed_from: Annotated[Date | None, Field(description="first day it existed, where that matters")] = None
    existed_until: Annotated[
        Date | None, Field(description="last day it existed; what it did until then still counts")
    ] = None
    successors: Annotated[
        Texts, Ref("parties"), Field(description="states that came after it, separated by ;")
    ] = ()


class Agreement(Sourced):
    """A treaty, contract, roadmap or declaration from which commitments follow."""

    table: ClassVar[str] = "agreements"
    id: Annotated[Id, Field(description="short code")]
    title: Annotated[Text, Field(description="title in English")]
    signed: Annotated[Date | None, Field(description="day, month or year of signature")] = None
    in_force: Annotated[Date | None, Field(description="entry into force as the source states it")] = None
    entry_into_force_rule: Annotated[Text, Field(description="the rule in the words of the source")] = ""
    expires: Annotated[
        Date | None, Field(description="last day as first agreed; extensions are rows of instruments")
    ] = None
    parties_text: Annotated[Text, Field(description="the parties as the source lists them")] = ""


class Instrument(Sourced):
    """One act towards one agreement, as dated by its source. A later act never overwrites an earlier one."""

    table: ClassVar[str] = "instruments"
    id: Annotated[Id, Field(description="short code")]
    agreement: Annotated[Id, Ref("agreements"), Field(description="agreement acted upon")]
    party: Annotated[
        Text,
        Ref("parties"),
        Field(description="who acted; empty for an act of all (extension, decision ...)"),
    ] = ""
    kind: Annotated[
        Literal[
            "adoption",
            "signature",
            "definitive signature",
            "ratification",
            "acceptance",
            "approval",
            "accession",
            "succession",
            "notification",
            "provisional application",
            "entry into force",
            "withdrawal",
            "suspension",
            "resumption",
            "extension",
            "termination",
            "supersession",
            "decision",
            "application",
            "observer",
            "membership",
        ],
        Field(
            description="what was done; 'entry into force' is the statement of a source, 'membership' where "
            "the source "
            "lists a member without the act, 'decision' one that triggers entry into force"
        ),
    ]
    date: Annotated[Date | None, Field(description="day of the act; empty where the source does not say")] = (
        None
    )
    takes_effect: Annotated[Date | None, Field(description="when it takes effect, if later than the act")] = (
        None
    )
    until: Annotated[
        Date | None, Field(description="last day of an extension or of provisional application")
    ] = None
    known_on: Annotated[
        Date | None, Field(description="when it became known; empty = on the day of the act")
    ] = None
    corrects: Annotated[
        Text, Ref("instruments"), Field(description="row that this one replaces from known_on on")
    ] = ""
    by_agreement: Annotated[
        Text, Ref("agreements"), Field(description="agreement that supersedes or extends this one")
    ] = ""
    role: Annotated[Text, Field(description="role in the words of the source")] = ""


class ForceRule(Sourced):
    """When an agreement enters into force, or for one party: the offset after the trigger. Conditions say
    what triggers."""

    table: ClassVar[str] = "force_rules"
    id: Annotated[Id, Field(description="short code")]
    agreement: Annotated[Id, Ref("agreements"), Field(description="agreement ruled")]
    applies: Annotated[
        Literal["agreement", "party"],
        Field(
            description="agreement: the whole; party: one that acts after the trigger (its own act is the "
            "trigger)"
        ),
    ] = "agreement"
    kinds: Annotated[
        Texts,
        Field(
            description="acts that count, separated by ; (empty: every act that binds, definitive signature "
            "included)"
        ),
    ] = ()
    organisation_counts: Annotated[
        NotNegative,
        Field(description="what an organisation's act adds to a count; 0 = not additional to its members"),
    ] = 0.0
    offset: Annotated[int, Field(ge=0, le=10000, description="length of the wait after the trigger")] = 0
    offset_unit: Annotated[Literal["day", "month", "year"], Field(description="unit of the wait")] = "day"
    convention: Annotated[
        Literal[
            "same_day",
            "nth_day_after",
            "after_elapsed_days",
            "months_after",
            "first_of_month_after_nth_day",
            "first_of_nth_month_after_month_of",
        ],
        Field(description="how the wait is counted; 'thirty days after' is not one rule"),
    ] = "same_day"
    floor: Annotated[Date | None, Field(description="not before this day")] = None
    text: Annotated[Text, Field(description="the rule in the words of the agreement")] = ""


class ForceCondition(Sourced):
    """One condition of a rule. All conditions of one alternative must hold; the first alternative to hold
    triggers."""

    table: ClassVar[str] = "force_conditions"
    id: Annotated[Id, Field(description="short code")]
    rule: Annotated[Id, Ref("force_rules"), Field(description="rule it belongs to")]
    alternative: Annotated[int, Field(ge=1, le=99, description="number of the alternative")] = 1
    condition: Annotated[
        Literal["count", "share", "weight", "all of", "decision"],
        Field(
            description="count of parties, share of a frozen base, weight of a frozen table, all of a named "
            "set, a decision"
        ),
    ]
    at_least: Annotated[
        Positive | None, Field(description="how many, which share (0 to 1) or how much weight")
    ] = None
    base: Annotated[
        Positive | None, Field(description="number of parties that a share is a share of, frozen")
    ] = None
    among: Annotated[
        Texts, Ref("parties"), Field(description="only these parties count, separated by ; (empty: all)")
    ] = ()
    weights: Annotated[Text, Field(description="name of the frozen table of weights in force_weights")] = ""


class ForceWeight(Sourced):
    """The frozen weight of one party in one table of weights."""

    table: ClassVar[str] = "force_weights"
    key: ClassVar[tuple[str, ...]] = ("weights", "party")
    weights: Annotated[Id, Field(description="name of the table of weights")]
    party: Annotated[Id, Ref("parties"), Field(description="party weighed")]
    weight: Annotated[NotNegative, Field(description="its weight, in weight_unit")]
    weight_unit: Annotated[
        Text, Field(description="unit of the weight, such as percent of 1990 emissions")
    ] = ""
