"""Entry into force at its limits: the first and the last day of each state, thresholds that are just met, and
what a working says in full."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

import pytest
from written_worlds import ON, TWO, act, solve, stand, world

from milepost.errors import WrongUse
from milepost.records import Agreement, ForceCondition, Instrument, PartialDate, Party, Records
from milepost.register.acts import When
from milepost.register.entry_rules import CONVENTIONS, Convention, WaitCase
from milepost.register.force import (
    NOT_EVIDENCED,
    Condition,
    Force,
    Offset,
    Rule,
    after,
    force,
    triggered,
)
from milepost.register.party_force import Entry, party_forces
from milepost.register.trigger import count

ONE = {"trigger": {"count_at_least": 1}, "offset": {"convention": "same_day"}}
RATIFIED = act(1, "P", "ratification", "2000-01-01")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def agreed(records: Records, **more: Any) -> Records:
    """The same with cells of the agreement filled in."""
    return records.with_rows(agreements=[records.agreements[0].model_copy(update=more)])


def states(records: Records, *days: str) -> list[str]:
    return [force(records, day(d))[0].state for d in days]


def party_states(records: Records, *days: str) -> list[str]:
    return [stand(records, d)["P"][0] for d in days]


def test_a_party_is_bound_from_the_day_of_entry_on() -> None:
    rule = ONE | {"offset": {"n": 30, "unit": "day", "convention": "nth_day_after"}}
    records = world([RATIFIED], rule)
    days = ("1999-12-31", "2000-01-01", "2000-01-30", "2000-01-31")
    assert states(records, *days) == ["draft", "signed", "signed", "in force"]
    assert party_states(records, *days) == ["not evidenced", "signed", "signed", "in force"]
    # what is to come is shown before the party has acted
    assert stand(records, "1999-12-31")["P"][1:] == ("2000-01-31", None)


def test_signed_and_adopted_from_the_day_on() -> None:
    days = ("2000-05-31", "2000-06-01")
    signature = world([act(1, "P", "signature", "2000-06-01")], TWO)
    assert (states(signature, *days), party_states(signature, *days)) == (
        ["draft", "signed"],
        ["not evidenced", "signed"],
    )
    adoption = world([act(1, "", "adoption", "2000-06-01")], TWO)
    assert states(adoption, *days) == ["draft", "adopted"]
    assert states(world([act(1, "", "adoption", "")], TWO), *days) == ["draft", "draft"]
    undated = world([act(1, "P", "signature", "")], TWO)
    assert (states(undated, *days), party_states(undated, *days)) == (["signed"] * 2, ["signed"] * 2)
    of_the_agreement = agreed(world([], TWO), signed=PartialDate("2000-06-01"))
    assert states(of_the_agreement, *days) == ["draft", "signed"]
    meeting = world([act(1, "P", "observer", "2000-06-01")], TWO)
    assert states(meeting, *days) == ["draft", "draft"]


def test_applied_provisionally_from_the_first_day_to_the_last() -> None:
    records = world([act(1, "P", "provisional application", "2000-06-01", until="2000-12-31")], TWO)
    days = ("2000-05-31", "2000-06-01", "2000-12-31", "2001-01-01")
    assert states(records, *days) == ["draft", "provisionally applied", "provisionally applied", "draft"]
    assert party_states(records, *days) == [
        "not evidenced",
        "provisionally applied",
        "provisionally applied",
        "not evidenced",
    ]


@pytest.mark.parametrize("party", ["P", ""])
def test_suspended_resumed_and_terminated_on_the_day(party: str) -> None:
    acts = [
        RATIFIED,
        act(2, party, "suspension", "2004-01-01", takes_effect="2005-01-01"),
        act(3, party, "resumption", "2006-01-01"),
        act(4, party, "termination", "2006-06-01", takes_effect="2007-01-01"),
    ]
    days = ("2004-12-31", "2005-01-01", "2005-12-31", "2006-01-01", "2006-12-31", "2007-01-01")
    want = ["in force", "suspended", "suspended", "in force", "in force", "terminated"]
    assert party_states(world(acts, ONE), *days) == want
    assert states(world(acts, ONE), *days) == (["in force"] * 6 if party else want)


def test_the_last_word_is_the_one_that_took_effect_last() -> None:
    """Whatever the order of the rows: suspended, resumed, suspended again."""
    said = [
        act(4, "", "suspension", "2005-01-01"),
        act(3, "", "resumption", "2006-01-01"),
        act(2, "", "suspension", "2007-01-01"),
    ]
    for acts in (said, said[::-1], [said[1], said[0], said[2]]):
        assert states(world([RATIFIED, *acts], ONE), "2006-06-01", "2007-06-01") == ["in force", "suspended"]


def test_withdrawn_on_the_day_of_effect_and_gone_the_day_after_the_last() -> None:
    leaves = world([RATIFIED, act(2, "P", "withdrawal", "2004-01-01", takes_effect="2005-01-01")], ONE)
    assert party_states(leaves, "2004-12-31", "2005-01-01") == ["in force", "withdrawn"]
    vanishes = world([RATIFIED], ONE, P={"existed_until": PartialDate("2005-01-01")})
    assert party_states(vanishes, "2005-01-01", "2005-01-02") == ["in force", "terminated"]
    assert force(vanishes, ON)[0].parties[0].working.endswith("; ceased to exist 2005-01-01")


def test_who_left_on_the_day_of_the_entry_was_never_bound() -> None:
    acts = [
        act(1, "Q", "ratification", "2000-01-01"),
        act(2, "R", "ratification", "2000-01-02"),
        act(3, "P", "ratification", "2000-01-03"),
    ]
    for leaves, want in (("2000-02-02", (None, None)), ("2000-02-03", ("2000-02-02", "2000-02-03"))):
        left = act(4, "P", "withdrawal", "2000-01-10", takes_effect=leaves)
        assert stand(world([*acts, left], TWO), "2010-01-01")["P"] == ("withdrawn", *want)


@pytest.mark.parametrize(
    ("extended", "last_day", "day_after", "next_day"),
    [
        ("2006-01-01", "in force", "in force", "in force"),  # without a gap
        ("2006-01-02", "in force", "terminated", "in force"),
        ("2006-01-03", "in force", "terminated", "terminated"),
    ],
)
def test_a_term_runs_to_its_last_day_and_an_extension_follows_at_once(
    extended: str, last_day: str, day_after: str, next_day: str
) -> None:
    extension = act(2, "", "extension", "2005-06-01", takes_effect=extended, until="2010-12-31")
    records = agreed(world([RATIFIED, extension], ONE), expires=PartialDate("2005-12-31"))
    assert states(records, "2005-12-31", "2006-01-01", "2006-01-02") == [last_day, day_after, next_day]
    assert states(records, "2010-12-31", "2011-01-01") == ["in force", "terminated"]


def test_extensions_add_to_one_another_whatever_their_order() -> None:
    late = act(2, "", "extension", "2009-01-01", until="2015-12-31")
    early = act(3, "", "extension", "2005-01-01", until="2010-12-31")
    short = act(4, "", "extension", "2006-01-01", until="2008-12-31")  # takes nothing away
    undated = act(5, "", "extension", "", until="2030-12-31")  # took effect on no day on record
    records = agreed(world([RATIFIED, late, early, short, undated], ONE), expires=PartialDate("2005-12-31"))
    assert states(records, "2012-01-01", "2016-01-01") == ["in force", "terminated"]


def test_superseded_on_the_day_with_the_parties_it_bound() -> None:
    acts = [
        RATIFIED,
        act(2, "Q", "withdrawal", "2001-01-01"),
        act(3, "", "supersession", "2004-06-01", takes_effect="2005-01-01", by_agreement="B"),
    ]
    records = world(acts, ONE)
    assert states(records, "2004-12-31", "2005-01-01") == ["in force", "superseded"]
    answer = solve(records)
    assert [p.state for p in answer.parties] == ["superseded", "withdrawn"]
    assert answer.working[-1] == "superseded by B on 2005-01-01"
    assert answer.rules[-1] == "superseded on a day"


def test_a_supersession_without_a_date_waits_for_the_later_agreement() -> None:
    records = world([RATIFIED, act(2, "", "supersession", "", by_agreement="B")], ONE)
    heir = Agreement(id="B", title="B", basis="sourced", in_force=PartialDate("2005-01-01"))
    both = records.with_rows(agreements=[*records.agreements, heir])
    assert states(both, "2004-12-31", "2005-01-01") == ["in force", "superseded"]
    assert solve(both).working[-1] == "superseded by B"
    assert states(records, "2005-01-01") == ["in force"]  # nothing is on record about B
    nameless = world([RATIFIED, act(2, "", "supersession", "2005-01-01")], ONE)
    assert solve(nameless).working[-1] == "superseded by a later agreement on 2005-01-01"


def test_known_on_the_very_day() -> None:
    def known(records: Records, text: str) -> str | None:
        return force(records, ON, day(text))[0].in_force

    acted = world([act(1, "P", "ratification", "2020-01-10")], ONE)
    assert (known(acted, "2020-01-09"), known(acted, "2020-01-10")) == (None, "2020-01-10")
    stated = agreed(world([], None), in_force=PartialDate("2020-01-10"))
    assert (known(stated, "2020-01-09"), known(stated, "2020-01-10")) == (NOT_EVIDENCED, "2020-01-10")
    undated = world([act(1, "P", "accession", "")], ONE)  # known always, and when is not evidenced
    assert known(undated, "1990-01-01") == NOT_EVIDENCED


def test_the_last_source_that_states_the_entry_of_the_whole_holds() -> None:
    acts = [
        act(1, "", "entry into force", "2001-01-01"),
        act(2, "", "entry into force", "2002-01-01"),
        act(3, "P", "entry into force", "2003-01-01"),  # for one party only
        act(4, "", "entry into force", ""),
    ]
    answer = solve(world(acts, None))
    assert (answer.in_force, answer.basis) == ("2002-01-01", "stated")
    assert answer.working == (
        "no rule of entry into force is on record",
        "a source states entry into force 2002-01-01",
    )
    assert stand(world(acts, None), "2010-01-01")["P"] == ("in force", "2003-01-01", None)
    # a rule that nobody has met, and one whose acts have no date, contradict no source
    undated = act(5, "P", "ratification", "")
    for rows, rule in ((acts, TWO), ([*acts, undated], ONE)):
        assert solve(world(rows, rule)).conflicts == ()


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("2000-01-30", ("computed 2000-01-31, a source states 2000-01-30",)),
        ("2000-01-31", ()),
        ("2000-01", ()),
        ("2000-02-01", ("computed 2000-01-31, a source states 2000-02-01",)),
    ],
)
def test_rule_and_source_contradict_one_another_without_a_day_in_common(
    stated: str, said: tuple[str, ...]
) -> None:
    rule = ONE | {"offset": {"n": 30, "unit": "day", "convention": "nth_day_after"}}
    answer = solve(agreed(world([RATIFIED], rule), in_force=PartialDate(stated)))
    assert (answer.conflicts, answer.basis, answer.in_force) == (said, "computed", "2000-01-31")


def test_on_one_day_a_withdrawal_comes_before_an_accession() -> None:
    acts = [
        RATIFIED,
        act(2, "P", "accession", "2005-01-01"),
        act(3, "P", "withdrawal", "2005-01-01"),
        act(4, "Q", "ratification", "2000-01-01"),
    ]
    assert stand(world(acts, TWO), "2010-01-01")["P"] == ("in force", "2005-01-31", None)


def test_who_leaves_twice_was_bound_again_after_the_first_time() -> None:
    acts = [
        RATIFIED,
        act(2, "Q", "ratification", "2000-01-02"),
        act(3, "P", "withdrawal", "2004-01-01", takes_effect="2005-01-01"),
        act(4, "P", "accession", "2004-06-01"),
        act(5, "P", "withdrawal", "2010-01-01", takes_effect="2011-01-01"),
    ]
    records = world(acts, TWO)
    assert stand(records, "2012-01-01")["P"] == ("withdrawn", "2005-01-01", "2011-01-01")
    before, after_ = (force(records, day(d))[0].parties[0].working for d in ("2003-01-01", "2012-01-01"))
    assert before == "ratification 2000-01-01, by the day of the trigger: with the agreement"
    assert after_ == (
        "accession 2004-06-01, then 30 days, counted as nth_day_after, after the withdrawal of 2005-01-01"
    )


def test_an_act_without_a_date_belongs_to_the_open_stretch_or_opens_one_after_a_withdrawal() -> None:
    undated, left = act(2, "P", "accession", ""), act(3, "P", "withdrawal", "2005-01-01")
    assert stand(world([RATIFIED, undated], ONE), "2010-01-01")["P"] == ("in force", "2000-01-01", None)
    assert stand(world([RATIFIED, left, undated], ONE), "2010-01-01")["P"] == (
        "not evidenced",
        NOT_EVIDENCED,
        None,
    )
    back = act(4, "P", "accession", "2006-01-01")
    twice = stand(world([RATIFIED, left, back, undated], ONE | {"per_party": TWO["per_party"]}), "2010-01-01")
    assert twice["P"] == ("in force", "2006-01-31", None)
    # alone with a withdrawal it is what was withdrawn
    assert stand(world([undated, left], ONE), "2010-01-01")["P"] == ("withdrawn", NOT_EVIDENCED, "2005-01-01")


def test_who_acts_on_the_day_of_the_trigger_goes_with_the_agreement() -> None:
    acts = [
        act(1, "Q", "ratification", "2000-01-01"),
        act(2, "R", "ratification", "2000-01-10"),
        act(3, "S", "ratification", "2000-01-10"),
    ]
    for acted, since in (("2000-01-10", "2000-02-09"), ("2000-01-11", "2000-02-10")):
        party = act(4, "P", "ratification", acted)
        assert stand(world([*acts, party], TWO), "2010-01-01")["P"] == ("in force", since, None)
    without = {key: TWO[key] for key in ("trigger", "offset")}
    late = world([*acts, act(4, "P", "ratification", "2000-01-11")], without)
    assert stand(late, "2010-01-01")["P"] == ("not evidenced", NOT_EVIDENCED, None)
    assert solve(late).parties[-1].working == "ratification 2000-01-11; no rule for a party is on record"


def test_a_date_stated_for_a_party_holds_for_the_stretch_that_it_lies_in() -> None:
    acts = [
        RATIFIED,
        act(2, "Q", "ratification", "2000-01-02"),
        act(3, "P", "entry into force", "2000-03-15"),
        act(4, "P", "withdrawal", "2005-01-01"),
        act(5, "P", "accession", "2006-01-01"),
    ]
    assert stand(world(acts[:3], TWO), "2004-01-01")["P"] == ("in force", "2000-03-15", None)
    assert stand(world(acts, TWO), "2010-01-01")["P"] == ("in force", "2006-01-31", None)
    again = act(6, "P", "entry into force", "2006-05-01")
    assert stand(world([*acts, again], TWO), "2010-01-01")["P"] == ("in force", "2006-05-01", None)
    on_the_day = act(6, "P", "entry into force", "2005-01-01")
    assert stand(world([*acts, on_the_day], TWO), "2010-01-01")["P"] == ("in force", "2005-01-01", None)


def test_from_when_a_successor_succeeds() -> None:
    def since(born: str, **more: str) -> tuple[str | None, str]:
        successor = act(2, "P", "succession", "2003-01-01", **more)
        parties = {"P": {"existed_from": PartialDate(born)}} if born else {}
        records = world([act(1, "Q", "ratification", "2000-01-01"), successor], ONE, **parties)
        party = solve(records).parties[1]
        return party.in_force, party.working

    at = "succession deposited 2003-01-01, effective"
    assert since("") == ("2003-01-01", f"{at} 2003-01-01")
    assert since("2001-05-01") == ("2001-05-01", f"{at} 2001-05-01")
    assert since("2001-05-01", takes_effect="2002-01-01") == ("2002-01-01", f"{at} 2002-01-01")
    assert since("1992-01-01") == ("2000-01-01", f"{at} 2000-01-01, with the agreement")


def holds(trigger: dict[str, Any], acts: list[Instrument], **more: Any) -> str | None:
    """The day on which a trigger is met."""
    weights = {"w": {"P": 0.7, "Q": 0.1, "R": 0.2}}
    parties = {"EU": Party(id="EU", name="EU", kind="union", basis="sourced")}
    met = triggered(Rule.of({"trigger": trigger, **more}, weights), acts, parties)
    return met[0].isoformat() if met else None


THREE = [
    act(1, "P", "ratification", "2001-01-01"),
    act(2, "Q", "ratification", "2002-01-01"),
    act(3, "R", "ratification", "2003-01-01"),
]


@pytest.mark.parametrize(
    ("trigger", "want"),
    [
        ({"all_of": ["P"]}, "2001-01-01"),
        ({"all_of": ["P", "R"]}, "2003-01-01"),
        ({"all_of": ["P", "S"]}, None),
        ({"all_of": []}, None),  # none named is no condition
        ({"count_at_least": 2}, "2002-01-01"),
        ({"count_at_least": 2, "among": ["P", "R", "S"]}, "2003-01-01"),
        ({"count_at_least": 4}, None),
        ({"share_at_least": 2 / 3, "of": 3}, "2002-01-01"),
        ({"share_at_least": 0.67, "of": 3}, "2003-01-01"),
        ({"share_at_least": 0.5, "of": 4, "among": ["Q", "R"]}, "2003-01-01"),
        ({"share_at_least": 1, "of": 1, "among": ["P"]}, "2001-01-01"),
        ({"share_at_least": 0.5, "of": 0}, None),  # a share of nothing
        ({"weight_at_least": 0.7, "weights": "w"}, "2001-01-01"),
        ({"weight_at_least": 0.8, "weights": "w"}, "2002-01-01"),  # 0.7 + 0.1 in binary is less than 0.8
        ({"weight_at_least": 0.81, "weights": "w"}, "2003-01-01"),
        ({"weight_at_least": 0.3, "weights": "w", "among": ["Q", "R"]}, "2003-01-01"),
        ({"weight_at_least": 1.1, "weights": "w"}, None),
        ({"any": [{"all_of": ["R"]}, {"count_at_least": 2}]}, "2002-01-01"),
        ({"all": [{"all_of": ["R"]}, {"count_at_least": 2}]}, "2003-01-01"),
        ({"any": []}, None),
        ({"all": []}, None),
        ({"count_at_least": 1, "kinds": ["accession"]}, None),
        ({"count_at_least": 1, "exclude_kinds": ["ratification"]}, None),
    ],
)
def test_thresholds_that_are_just_met_and_just_missed(trigger: dict[str, Any], want: str | None) -> None:
    assert holds(trigger, THREE) == want


def test_an_organisation_counts_as_the_agreement_says() -> None:
    acts = [act(1, "EU", "approval", "2000-01-01"), *THREE]
    assert holds({"count_at_least": 2}, acts) == "2002-01-01"
    assert holds({"count_at_least": 2}, acts, organisation_counts=1) == "2001-01-01"
    assert holds({"share_at_least": 0.5, "of": 4}, acts, organisation_counts=1) == "2001-01-01"


def test_how_far_the_acts_are_from_the_trigger() -> None:
    parts = [
        {"count_at_least": 3},
        {"share_at_least": 0.5, "of": 4, "among": ["P", "S"]},
        {"weight_at_least": 0.9, "weights": "w"},
        {"all_of": ["Q", "S", "R"]},
        {"decision": True},
    ]
    rule = Rule.of({"trigger": {"all": parts}}, {"w": {"P": 0.5, "Q": 0.25}})
    assert count(rule, THREE, {}, day("2002-06-01")) == (
        "2 of 3 parties; 1 of 4 parties, needs 50%; weight 0.75 of 0.9; no dated act of R, S; no decision"
    )
    assert count(Rule.of({"trigger": {"any": []}}), THREE, {}, ON) == ("the rule has no condition on record")


def test_who_triggered_is_who_was_needed() -> None:
    rule = Rule.of({"trigger": {"all": [{"count_at_least": 2}, {"all_of": ["P"]}]}})
    early = act(1, "Q", "ratification", "2000-01-01")
    same_day = [early, act(2, "P", "ratification", "2001-01-01"), act(3, "R", "ratification", "2001-01-01")]
    assert triggered(rule, same_day, {}) == (day("2001-01-01"), ("P",))
    two = Rule.of({"trigger": {"count_at_least": 2}})
    assert triggered(two, same_day, {}) == (day("2001-01-01"), ("P", "R"))  # either would have done


def test_what_a_rule_in_plain_data_leaves_out() -> None:
    def offset(**data: Any) -> Offset:
        return Rule.of({"trigger": {"decision": True}, "offset": data}).offset

    assert offset() == Offset(0, "day", "same_day")
    assert offset(n=30) == Offset(30, "day", "nth_day_after")
    assert offset(n=6, convention="months_after") == Offset(6, "month", "months_after")
    assert offset(n=1, unit="year", convention="months_after").unit == "year"
    assert offset(floor="2001-01-01").floor == day("2001-01-01")
    bare = Rule.of({"trigger": {"decision": True}})
    assert (bare.offset, bare.per_party, bare.organisation_counts) == (Offset(), None, 0.0)
    assert bare == Rule(((Condition("decision"),),), Offset())
    assert Rule.of({"trigger": {"decision": True}, "per_party": {"n": 9}}).per_party == Offset(
        9, "day", "nth_day_after"
    )


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({}, r"^A rule of entry into force needs a 'trigger'\.$"),
        ({"trigger": {"colour": 3, "size": 4}}, r"; found colour, size\.$"),
        ({"trigger": {}}, r"; found nothing\.$"),
        ({"trigger": {"decision": False}}, r"; found decision\.$"),
        ({"trigger": {"weight_at_least": 3, "weights": "x"}}, r"weighs by 'x', and no such table"),
    ],
)
def test_what_is_no_rule_is_named(rule: dict[str, Any], sentence: str) -> None:
    with pytest.raises(WrongUse, match=sentence):
        Rule.of(rule)


def test_waits_at_the_end_of_the_calendar_and_of_no_days() -> None:
    last = day("2200-12-31")
    assert after(day("2200-12-30"), Offset(1, "day", "nth_day_after")) == last
    with pytest.raises(WrongUse, match="leaves the calendar"):
        after(last, Offset(1, "day", "nth_day_after"))
    with pytest.raises(WrongUse, match="leaves the calendar"):
        after(last, Offset(9_000_000, "day", "nth_day_after"))
    assert after(day("2000-01-31"), Offset(0, "day", "months_after")) == day("2000-01-31")
    with pytest.raises(WrongUse, match="1 days cannot be counted as months_after"):
        after(day("2000-01-31"), Offset(1, "day", "months_after"))
    floor = day("2000-06-01")
    for n, want in ((4, "2000-06-01"), (5, "2000-06-01"), (6, "2000-07-01")):
        assert str(after(day("2000-01-01"), Offset(n, "month", "months_after", floor))) == want
    assert str(Offset(2, "month", "months_after", floor)) == (
        "2 months, counted as months_after, not before 2000-06-01"
    )
    assert str(Offset()) == "the same day"


def test_a_floor_closes_the_open_side_of_an_entry() -> None:
    acts = [
        act(1, "P", "ratification", "before 2000-06-01"),
        act(2, "Q", "ratification", "before 2000-01-01"),
    ]
    records = world(acts, TWO)
    floored = records.with_rows(
        force_rules=[r.model_copy(update={"floor": PartialDate("2000-03-01")}) for r in records.force_rules]
    )
    assert solve(floored).in_force == "between 2000-03-01 and 2000-06-30"


def workings(records: Records) -> tuple[str, ...]:
    answer: Force = solve(records)
    return answer.working


def test_the_working_of_an_agreement_in_full() -> None:
    words = {"entry_into_force_rule": "when all have ratified"}
    assert workings(agreed(world([], None), **words)) == (
        'no rule of entry into force is on record; its words: "when all have ratified"',
    )
    undated = [act(8, "S", "accession", ""), act(9, "T", "accession", ""), act(7, "U", "signature", "")]
    assert workings(world([RATIFIED, *undated], TWO)) == (
        "the acts on record do not meet the trigger: 1 of 2 parties",
        "2 acts have no date and are not counted: S, T",
    )
    second = act(2, "Q", "ratification", "2000-02-01")
    stated = agreed(world([RATIFIED, second], TWO), in_force=PartialDate("2000-03"))
    assert workings(stated) == (
        "trigger met on 2000-02-01 by Q",
        "offset 30 days, counted as nth_day_after: in force 2000-03-02",
        "a source states entry into force 2000-03",
    )
    month = act(2, "Q", "ratification", "2000-02")
    assert workings(world([RATIFIED, month], TWO))[0] == (
        "trigger met between 2000-02-01 and 2000-02-29 by Q"
    )


def test_todays_lists_leave_out_who_has_vanished_and_know_the_latest_act_only() -> None:
    acts = [RATIFIED, act(2, "P", "acceptance", "2003-01-01"), act(3, "Q", "accession", "2001-01-01")]

    def listed(*parties: str, on: str = "2010-01-01") -> str | None:
        gone = {p: {"existed_until": PartialDate("2010-01-01")} for p in parties}
        return force(world(acts, ONE, **gone), day(on), history=False)[0].in_force

    assert listed() == "2001-01-01"
    assert listed("Q") == "2001-01-01"  # exists on its last day
    assert listed("Q", on="2010-01-02") == "2003-01-01"


@pytest.mark.parametrize(
    ("one", "other", "later"),
    [
        ("2005", "2004", "2005"),
        ("2005", "2005", "2005"),
        ("2005-03-01", "2005", "between 2005-03-01 and 2005-12-31"),
        ("2005-01", "2005", "2005"),
        ("2005-12", "2005", "2005-12"),
        ("after 2005", "2006-05", "after 2006-04-30"),
    ],
)
def test_the_later_of_two_vague_dates(one: str, other: str, later: str) -> None:
    a, b = When.of(PartialDate(one)), When.of(PartialDate(other))
    assert (str(a.not_before(b)), str(b.not_before(a))) == (later, later)


@pytest.mark.parametrize(
    ("until", "acted", "want"),
    [
        ("2000-06-01", "2000-05-31", "2000-05-31"),  # both exist
        ("2000-06-01", "2000-06-02", "2000-06-02"),  # Q was gone, and had done its part
        ("2000-06", "2000-07-01", "2000-07-01"),
        ("1999-12-31", "2000-07-01", None),  # Q acted when it was no more: that is no act
        ("2000-01", "2000-07-01", "2000-07-01"),
    ],
)
def test_a_state_keeps_what_it_did_until_its_last_day(until: str, acted: str, want: str | None) -> None:
    rule = {"trigger": {"count_at_least": 2}, "offset": {"convention": "same_day"}}
    acts = [act(1, "Q", "ratification", "2000-01-01"), act(2, "P", "ratification", acted)]
    answer = solve(world(acts, rule, Q={"existed_until": PartialDate(until)}))
    assert (answer.state, answer.in_force) == ("in force" if want else "signed", want)


def test_an_act_known_to_the_year_was_done_by_the_last_day_of_who_did_it() -> None:
    acts = [act(1, "Q", "ratification", "2000"), act(2, "P", "ratification", "1999-01-01")]
    rule = {"trigger": {"count_at_least": 2}, "offset": {"convention": "same_day"}}
    answer = solve(world(acts, rule, Q={"existed_until": PartialDate("2000-03-31")}))
    assert answer.in_force == "between 2000-01-01 and 2000-03-31"


def test_who_had_vanished_does_not_trigger() -> None:
    acts = [
        act(1, "Q", "ratification", "2000-01-01"),
        *(act(n, p, "ratification", "2001-01-01") for n, p in ((2, "P"), (3, "R"), (4, "S"))),
    ]
    gone = Party(id="S", name="S", existed_until=PartialDate("2000-12-31"), basis="sourced")
    two = Rule.of({"trigger": {"count_at_least": 2}})
    assert triggered(two, acts, {"S": gone}) == (day("2001-01-01"), ("P", "R"))


def test_a_withdrawal_on_the_day_of_an_accession_ends_what_came_before() -> None:
    acts = [
        act(1, "Q", "ratification", "2000-01-01"),
        act(2, "P", "ratification", "2000"),
        act(3, "P", "withdrawal", "2000-06-01"),
        act(4, "P", "accession", "2000-06-01"),
    ]
    rule = {"trigger": {"count_at_least": 2}, "offset": {"convention": "same_day"}}
    assert solve(world(acts, rule)).in_force == "between 2000-01-01 and 2000-05-31"


def test_a_decision_is_named_beside_acts_of_the_day_that_were_not_needed() -> None:
    rule = Rule.of({"trigger": {"all": [{"count_at_least": 1}, {"decision": True}]}})
    acts = [
        act(1, "X", "ratification", "2001-01-01"),
        act(2, "Y", "ratification", "2002-01-01"),
        act(3, "", "decision", "2002-01-01"),
    ]
    assert triggered(rule, acts, {}) == (day("2002-01-01"), ("decision",))


def test_the_order_of_rules_does_not_matter_and_a_rule_for_parties_is_none_for_the_whole() -> None:
    acts = [RATIFIED, act(2, "Q", "ratification", "2000-02-01"), act(3, "R", "accession", "2001-01-01")]
    records = world(acts, TWO)
    turned = records.with_rows(force_rules=records.force_rules[::-1])
    assert force(turned, ON) == force(records, ON)
    parties_only = records.with_rows(force_rules=[r for r in records.force_rules if r.applies == "party"])
    assert solve(parties_only).working == ("no rule of entry into force is on record",)


@pytest.mark.parametrize(("base", "want"), [(4, "2000-02-01"), (5, "2001-01-01"), (None, None)])
def test_a_share_on_record_is_one_of_its_base(base: float | None, want: str | None) -> None:
    acts = [RATIFIED, act(2, "Q", "ratification", "2000-02-01"), act(3, "R", "accession", "2001-01-01")]
    share = ForceCondition(
        id="c", rule="r-agreement", condition="share", at_least=0.5, base=base, basis="sourced"
    )
    assert solve(world(acts, ONE).with_rows(force_conditions=[share])).in_force == want


def test_who_acted_in_the_month_of_the_trigger_was_perhaps_among_those_who_triggered() -> None:
    """The agreement enters at once, a later party after thirty days."""
    at_once = TWO | {"offset": {"convention": "same_day"}}
    acts = [RATIFIED, act(2, "Q", "ratification", "2000-02-01"), act(3, "R", "accession", "2000-02")]
    assert stand(world(acts, at_once), "2010-01-01")["R"][1] == "between 2000-02-01 and 2000-03-30"
    earlier = [RATIFIED, act(2, "Q", "ratification", "2000-01-31"), acts[2]]
    assert stand(world(earlier, at_once), "2010-01-01")["R"][1] == "between 2000-03-02 and 2000-03-30"
    # with one and the same wait its own rule says all
    assert solve(world(acts, TWO)).parties[2].rules[0] == "by the party's own rule"


def test_how_a_party_ended_before_it_was_bound() -> None:
    second, late = act(2, "Q", "ratification", "2000-01-02"), act(3, "P", "accession", "2000-05-01")

    def said(*acts: Instrument, **parties: Any) -> str:
        return (
            solve(world([act(1, "R", "ratification", "2000-01-01"), second, late, *acts], TWO, **parties))
            .parties[2]
            .working.split("nth_day_after")[1]
        )

    never = "before the entry into force of 2000-05-31: never in force"
    assert said(act(4, "P", "withdrawal", "2000-05-10")) == f"; withdrew 2000-05-10, {never}"
    assert said(act(4, "P", "termination", "2000-05-10")) == (
        f"; terminated for it 2000-05-10; terminated 2000-05-10, {never}"
    )
    gone = {"P": {"existed_until": PartialDate("2000-05-10")}}
    assert said(**gone) == f"; ceased to exist 2000-05-10; ended 2000-05-10, {never}"


def test_perhaps_bound_from_the_first_day_that_an_entry_may_mean() -> None:
    acts = [RATIFIED, act(2, "Q", "ratification", "2000-02")]  # in force between 2 and 30 March
    records = world(acts, TWO)
    days = ("2000-03-01", "2000-03-02", "2000-03-29", "2000-03-30")
    want = ["signed", "not evidenced", "not evidenced", "in force"]
    assert (states(records, *days), party_states(records, *days)) == (want, want)


def test_perhaps_withdrawn_from_the_first_day_of_the_year() -> None:
    records = world([RATIFIED, act(2, "P", "withdrawal", "2003")], ONE)
    days = ("2002-12-31", "2003-01-01", "2003-12-30", "2003-12-31")
    assert party_states(records, *days) == ["in force", "not evidenced", "not evidenced", "withdrawn"]


def test_the_act_that_binds_is_shown_with_its_date_if_it_has_one() -> None:
    def shown(*acts: Instrument) -> str:
        return solve(world(list(acts), ONE)).parties[0].act

    assert shown(RATIFIED) == "ratification 2000-01-01"
    assert shown(act(1, "P", "accession", "")) == "accession"
    assert shown(act(1, "P", "signature", "1999"), act(2, "P", "observer", "2000")) == "observer"


def test_a_successor_that_is_not_in_the_table_of_parties_succeeds_by_its_act() -> None:
    acts = [act(1, "Q", "ratification", "2000-01-01"), act(2, "P", "succession", "2003-01-01")]
    nobody = world(acts, ONE).with_rows(parties=())
    assert stand(nobody, "2010-01-01")["P"] == ("in force", "2003-01-01", None)


def test_who_accedes_again_has_done_so_on_the_day_itself() -> None:
    acts = [
        RATIFIED,
        act(2, "Q", "ratification", "2000-01-02"),
        act(3, "P", "withdrawal", "2004-01-01"),
        act(4, "P", "accession", "2005-01-01"),
    ]
    records = world(acts, TWO)
    assert stand(records, "2004-12-31")["P"] == ("withdrawn", "2000-02-01", "2004-01-01")
    assert stand(records, "2005-01-01")["P"] == ("signed", "2005-01-31", None)


def test_a_withdrawal_known_to_the_year_follows_what_it_withdraws_from_and_no_more() -> None:
    joined, left = act(1, "P", "ratification", "2000-06-01"), act(2, "P", "withdrawal", "2000")
    assert stand(world([joined, left], ONE), "2010-01-01")["P"][0] == "withdrawn"
    again = [RATIFIED, act(2, "P", "withdrawal", "2003"), act(3, "P", "accession", "2003-06-01")]
    second = act(4, "Q", "ratification", "2000-01-02")
    assert stand(world([*again, second], TWO), "2010-01-01")["P"] == (
        "in force",
        "between 2003-07-01 and 2003-12-31",
        None,
    )


def test_who_joined_twice_is_bound_by_the_first_act_even_if_only_its_year_is_known() -> None:
    acts = [act(1, "P", "ratification", "2000"), act(2, "P", "acceptance", "2000-06-01")]
    assert solve(world(acts, ONE)).parties[0].act == "ratification 2000"


def test_a_withdrawal_ends_the_counting_on_the_day_of_its_effect() -> None:
    rule = {"trigger": {"count_at_least": 2}, "offset": {"convention": "same_day"}}
    left = act(2, "Q", "withdrawal", "2000-03-01", takes_effect="2000-06-01")
    for acted, want in (("2000-05-31", "2000-05-31"), ("2000-06-01", None)):
        acts = [act(1, "Q", "ratification", "2000-01-01"), left, act(3, "P", "accession", acted)]
        assert solve(world(acts, rule)).in_force == want
    # on the day of an accession it ends what came before, not what begins
    again = [
        RATIFIED,
        act(2, "P", "withdrawal", "2000-06-01"),
        act(3, "P", "accession", "2000-06-01"),
        act(4, "Q", "ratification", "2001-01-01"),
    ]
    assert solve(world(again, rule)).in_force == "2001-01-01"


def test_by_a_rule_that_is_not_met_nobody_is_bound_and_without_a_rule_nobody_knows() -> None:
    waits, unknown = solve(world([RATIFIED], TWO)).parties[0], solve(world([RATIFIED], None)).parties[0]
    assert (waits.state, waits.in_force, waits.rules[0]) == ("signed", None, "agreement not in force")
    assert (unknown.state, unknown.in_force) == ("not evidenced", NOT_EVIDENCED)
    assert unknown.rules[0] == "agreement not evidenced, no rule"


def bound(acted: str, trigger: tuple[str, str] | None, whole: tuple[str, str] | None, **more: Any) -> str:
    """By which clause a party is bound that ratified on a day; trigger and entry lie between two days."""
    asked: dict[str, Any] = {"by": frozenset(), "evidenced": True, "per_party": True} | more
    span = {"n": 30, "unit": "day", "convention": "nth_day_after"}
    rule = Rule.of({**ONE, **({"per_party": span} if asked["per_party"] else {})})
    days = [None if d is None else When.between(day(d[0]), day(d[1])) for d in (whole, trigger)]
    entry = Entry(days[0], days[1], asked["by"], asked["evidenced"])
    acts = [act(1, "P", "ratification", acted)]
    (found,) = party_forces(rule, acts, {}, entry, "in force", day("2010-01-01"))
    return found.rules[0]


@pytest.mark.parametrize(
    ("acted", "by", "clause"),
    [
        ("2000-03-10", frozenset(), "by the trigger"),  # by the first of the days, in every reading
        ("2000-03-11", frozenset(), "perhaps by the trigger"),
        ("2000-03-20", frozenset(), "perhaps by the trigger"),
        ("2000-03-21", frozenset(), "by the party's own rule"),
        ("2000-03-20", frozenset("P"), "by the trigger"),  # it triggered, so it was there, whichever the day
        ("2000-03-21", frozenset("P"), "by the party's own rule"),
        ("2000-03-20", frozenset("Q"), "perhaps by the trigger"),
    ],
)
def test_who_acted_by_the_day_of_the_trigger(acted: str, by: frozenset[str], clause: str) -> None:
    assert bound(acted, ("2000-03-10", "2000-03-20"), ("2000-04-01", "2000-04-11"), by=by) == clause


@pytest.mark.parametrize(
    ("acted", "clause"), [("2000-03-20", "by the trigger"), ("2000-03-21", "by the party's own rule")]
)
def test_where_the_entry_is_known_to_the_day_who_acted_by_the_last_day_of_the_trigger_is_in(
    acted: str, clause: str
) -> None:
    """Whatever the day of the trigger was, the entry that followed is the same."""
    assert bound(acted, ("2000-03-10", "2000-03-20"), ("2000-04-01", "2000-04-01")) == clause


def test_without_a_trigger_nobody_acted_by_it_and_without_an_entry_nobody_is_bound() -> None:
    when = ("2000-04-01", "2000-04-01")
    assert bound("1999-01-01", None, when) == "no rule for a party"
    assert bound("1999-01-01", None, when, per_party=False) == "no rule for a party"
    assert bound("1999-01-01", when, None) == "agreement not in force"
    assert bound("1999-01-01", when, when, evidenced=False) == "agreement not in force"


def test_of_two_entries_stated_for_a_party_the_later_row_holds() -> None:
    acts = [
        RATIFIED,
        act(2, "P", "entry into force", "2001-01-01"),
        act(3, "P", "entry into force", "2002-01-01"),
        act(4, "P", "entry into force", "2003-01-01"),
    ]
    assert stand(world(acts, ONE), "2010-01-01")["P"][1] == "2003-01-01"
    acts[2], acts[3] = acts[3], acts[2]
    assert stand(world(acts, ONE), "2010-01-01")["P"][1] == "2002-01-01"


def test_of_two_acts_of_one_day_the_later_row_is_listed() -> None:
    acts = [RATIFIED, act(2, "P", "acceptance", "2000-01-01")]
    (found,) = force(world(acts, ONE), day("2010-01-01"), history=False)
    assert [p.act for p in found.parties] == ["acceptance 2000-01-01"]


def test_who_joined_was_in_on_that_day_whenever_in_the_year_it_left() -> None:
    acts = [
        act(1, "P", "ratification", "2000-06-01"),
        act(2, "P", "accession", "2000-09-01"),
        act(3, "P", "withdrawal", "2000"),
    ]
    assert solve(world(acts, ONE)).in_force == "2000-06-01"


def test_each_way_of_counting_decides_by_the_clause_of_its_name() -> None:
    assert len(get_args(Convention)) > 5
    for name in get_args(Convention):
        case = WaitCase(day("2000-01-31"), Offset(1, "month", name))
        assert CONVENTIONS.first(case).name == name


def test_a_withdrawal_from_nothing_on_record_does_not_end_what_begins_later() -> None:
    acts = [
        act(1, "Q", "ratification", "1999-01-01"),
        act(2, "P", "withdrawal", "2000-01-01"),
        act(3, "P", "accession", "2001-01-01"),
    ]
    found = stand(world(acts, ONE | {"per_party": TWO["per_party"]}), "2010-01-01")["P"]
    assert (found[0], found[2]) == ("in force", None)
