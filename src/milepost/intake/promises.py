"""Is a sentence a promise? Its promise word, how firm that is, the action after it, and what takes it back."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

Firmness = Literal["signed", "agreed", "vowed", "must strive"]

_STRONG_ACTION = (
    r"build|construct|complete|finish|finali[sz]e|open|inaugurate|commission|launch|start|begin|cut|reduce|lower|raise|increase|lift|"
    r"dredge|deepen|electrify|extend|lengthen|upgrade|moderni[sz]e|rehabilitate|repair|renew|replace|reconstruct|harmoni[sz]e|introduce|"
    r"establish|set up|create|found|form|deploy|exchange|share|abolish|remove|eliminate|waive|simplify|digiti[sz]e|finance|fund|provide|"
    r"allocate|allot|buy|purchase|acquire|order|supply|deliver|transfer|hand over|sign|ratify|accede|submit|publish|operate|run|connect|"
    r"link|join|prepare|allow|permit|grant|adopt|implement|apply|double|triple|expand|install|recogni[sz]e|issue|appoint|designate|"
    r"name|keep|maintain|lease|equip|put|bring|carry|invest|restore|resume|accelerate|speed up|widen|pave|lay|charge|pay|replace|"
    r"admit|unify|merge|station|staff|train|test|certify|move|convert|switch|rise|notify|inform|report|ensure|have|accept|handle|hand|"
    r"be"
)
_WEAK_ACTION = (
    r"strive|endeavou?r|seek|explore|consider|study|examine|discuss|encourage|promote|intensify|strengthen|deepen cooperation|"
    r"cooperate|facilitate|support|look into|work towards?|continue"
)
_NOUNS = (
    r"construction|completion|opening|building|launch|introduction|extension|electrification|moderni[sz]ation|rehabilitation|"
    r"extending|doubling|tripling|raising|cutting|reducing|building|start of works?|first train|digiti[sz]ation|removal|removing|introducing|establishment|creation|expansion|reconstruction|exchange|supply|delivery"
)
_TRIGGERS: tuple[tuple[Firmness, str], ...] = (
    (
        "signed",
        r"\b(?:signed|concluded|initialled|sealed|sign)\b[^.;]{0,60}\b(?:agreement|contract|memorandum|protocol|treaty|deal|accord|convention|MoU)\b",
    ),
    ("must strive", r"\b(?:should|must|ought to|need(?:s)? to|has to|have to)\b"),
    (
        "must strive",
        r"\b(?:called (?:for|on|upon)|urged|stressed|underlined|underscored|emphasi[sz]ed|highlighted)\b",
    ),
    (
        "must strive",
        r"\b(?:(?:expressed|reaffirmed|confirmed|voiced|reiterated) (?:their |its )?(?:readiness|willingness|interest|intention)|(?:is|are|stands?) (?:ready|prepared|willing)|hoped?|hopes) to\b",
    ),
    (
        "agreed",
        r"\b(?:ha(?:s|ve) )?(?:agreed|decided|resolved|undertook|undertakes?|undertaken|approved|determined)\b",
    ),
    ("agreed", r"\b(?:ha(?:s|ve) )?committed (?:itself|themselves|himself|herself)?\b"),
    (
        "vowed",
        r"\b(?:ha(?:s|ve) )?(?:pledged?|pledges|promised?|promises|vowed|vows|assured|guaranteed|guarantees|announced|intends?|plans?)\b",
    ),
    ("vowed", r"\b(?:said|says|declared|confirmed|stated)\b[^.;]{0,80}\b(?:would|will)\b"),
    ("agreed", r"\b(?:reached|came to) (?:an? )?(?:understanding|agreement|consensus|compromise)\b"),
    (
        "agreed",
        r"\b(?:commitments?|obligations?|undertakings?|decision) to\b|\b(?:is|are|remains?) committed to\b",
    ),
    ("agreed", r"\b(?:obliges?|obliging|binds?|binding|requires?|requiring|commits|committing)\b"),
    ("agreed", r"\b(?:instructed|ordered|directed|tasked|mandated)\b"),
    ("vowed", r"\b(?:pledges?|promises?|vows?|intentions?|plans?) to\b"),
    ("vowed", r"\b(?:gave|given|gives) (?:an? |its |their )?(?:assurances?|word|guarantees?|undertaking)\b"),
    ("vowed", r"\b(?:offered|offers|volunteered|proposes|proposed) to\b"),
    (
        "vowed",
        r"\b(?:ha(?:s|ve) )?(?:set|named|fixed|pencilled in|penciled in|earmarked|scheduled|slated)\b(?= (?:\w+ ){0,4}?(?:19|20|21)\d\d)",
    ),
    ("agreed", r"\b(?:is|are) going to\b"),
    ("agreed", r"\bshall\b"),
    ("agreed", r"\bwill\b"),
    ("agreed", r"\b(?:is|are) to\b"),
)
_REJECT: tuple[tuple[str, str], ...] = (
    ("a question", r"\?\s*[\"'”’]?$"),
    (
        "not agreed",
        r"\b(?:did not|didn't|do not|does not|has not|have not|had not|could not|cannot|failed to|refused|declined|rejected|never)\b"
        r"(?! rise| exceed| be (?:raised|increased|closed))",
    ),
    (
        "not agreed",
        r"\b(?:no|without (?:an?|any)?) ?(?:agreement|commitment|decision|deal|date)\b|\bhas yet to\b|\bnot yet\b|\bwhether to\b",
    ),
    (
        "a hypothesis",
        r"^\W*(?:if|had|should|were)\b(?! be).*,|\bcould\b|\bmight\b|\bwould have\b|\bmay (?!\d)(?=\w)",
    ),
    (
        "another's opinion",
        r"\b(?:analysts?|experts?|observers?|economists?|traders?|residents|exporters|importers|drivers|critics|opposition|"
        r"businessm[ae]n|shippers|carriers|farmers|study|survey|report) (?:\w+ ){0,3}?(?:expects?|believes?|hopes?|fears?|says?|said|estimates?|predicts?|"
        r"complained|warns?|warned|demanded)\b|\baccording to (?:a|an|the) (?:study|survey|report)\b|\bopposition deputies\b",
    ),
    ("not agreed", r"\bwill not (?:delay|affect|change|stop|hinder|prevent|hurt)\b|\bwill remain\b"),
    (
        "a forecast",
        r"\b(?:forecast|outlook|projection)s? (?:of|by) |\b(?:is|are|was|were) (?:expected|forecast|projected|estimated|likely)\b",
    ),
    (
        "history",
        r"\b(?:was|were) to have\b|\bhad (?:agreed|promised|pledged|planned)\b|\bbut (?:work|works|it|nothing|this)\b.*\bnever\b",
    ),
    (
        "ceremony",
        r"\b(?:gratitude|hospitality|thanked|congratulated|welcomed|condolences|took note|exchanged views|noted that)\b",
    ),
    (
        "a meeting only",
        r"\b(?:meeting|session|round|summit|talks)\b[^.;]{0,30}\bwill (?:take place|be held|meet)\b|\bwill meet (?:again|in)\b",
    ),
)


def refused(sentence: str) -> str:
    """Why a sentence is no promise by the rules that take one back; empty if none applies."""
    return next((why for why, pattern in _REJECT if re.search(pattern, sentence, re.I)), "")


def of_the_past(sentence: str, dated: dt.date | None) -> bool:
    """'In 2014 they promised': a year before the document's, named before the promise, makes it history."""
    lead = re.match(r"^\W*(?:back )?in (?:\w+ )?((?:19|20)\d{2})\b", sentence, re.I)
    return bool(lead and dated and int(lead[1]) < dated.year)


def promise(sentence: str) -> tuple[Firmness, int, int, int, bool] | None:
    """The promise word that governs an action: (firmness, start, end, start of the action, is the action weak)."""
    best: tuple[int, int, Firmness, int, int, int, bool] | None = None
    for rank, (firmness, pattern) in enumerate(_TRIGGERS):
        for match in re.finditer(pattern, sentence, re.I):
            rest = sentence[match.end() :]
            found = _action(rest, firmness)
            if found is None:
                continue
            where, weak = found
            # the earliest word governs the sentence: 'agreed that each would' is agreed, not vowed
            key = (match.start(), rank, firmness, match.start(), match.end(), match.end() + where, weak)
            if best is None or key[:2] < best[:2]:
                best = key
    if best is None:
        return None
    return best[2], best[3], best[4], best[5], best[6]


def _action(rest: str, firmness: Firmness) -> tuple[int, bool] | None:
    """Start of the action that follows a promise word, and whether it is a weak one."""
    if re.match(
        r"\s+by (?:the )?[A-Z]", rest
    ):  # 'a loan was promised by Hungary': what is promised stands before
        return 0, False
    weak = re.match(
        rf"[\s,]*(?:that [^.;]{{0,40}}?)?(?:to |also |jointly |further )*(?:{_WEAK_ACTION})\b", rest, re.I
    )
    if weak:
        return weak.end() - len(weak[0].lstrip(" ,")), True
    strong = re.search(
        rf"\b(?:to |would |will |shall |should |jointly |be |itself |soon |also |each |not |under which [^.;]{{0,40}}? will )*\b({_STRONG_ACTION})(?:ed|n|t|s|ing|d)?\b",
        rest,
        re.I,
    )
    nominal = re.search(rf"\b(?:{_NOUNS})\b", rest, re.I)
    passive = re.search(
        r"\bbe (?:\w+ed|built|begun|begin|cut|set up|put|laid|bought|run|sent|made)\b", rest, re.I
    )
    found = [m for m in (strong, nominal, passive) if m]
    if not found:
        return None
    first = min(found, key=lambda m: m.start())
    far = 160 if firmness == "signed" else 110
    return (first.start(), False) if first.start() <= far else None
