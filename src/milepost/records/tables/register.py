"""What the register keeps beside its promises: kinds with their tests, comments, texts in further languages,
forecasts."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from milepost.records.kinds import Date, Id, Ref, Row, Share, Text, Texts

LanguageCode = Literal["en", "fr", "ru", "fa", "ar"]


class Kind(Row):
    """A kind of commitment with the acceptance test of those that state none of their own. A row of a kind
    that milepost knows replaces its test; any other word is a new kind."""

    table: ClassVar[str] = "kinds"
    id: Annotated[Id, Field(description="the kind, as column kind of commitments names it")]
    title: Annotated[Text, Field(description="what it is called")] = ""
    acceptance_test: Annotated[
        Text, Field(description="what must be seen before one of this kind counts as delivered")
    ] = ""

    @field_validator("id", mode="before")
    @classmethod
    def _in_small_letters(cls, ident: object) -> object:
        return ident.strip().lower() if isinstance(ident, str) else ident


class Comment(Row):
    """A remark on a commitment, by whom and for whom. It proves nothing and moves nothing."""

    table: ClassVar[str] = "comments"
    id: Annotated[Id, Field(description="short code, such as C01.k1")]
    commitment: Annotated[Id, Ref("commitments"), Field(description="commitment it is about")]
    written_on: Annotated[Date, Field(description="day it was written")]
    author: Annotated[Text, Field(min_length=1, description="who wrote it: a person or an office")]
    party: Annotated[
        Text, Ref("parties"), Field(description="party that the author speaks for; empty: the secretariat")
    ] = ""
    readers: Annotated[
        Texts,
        Ref("parties"),
        Field(description="parties that may read it, separated by ; (empty: all); the author's always may"),
    ] = ()
    text: Annotated[Text, Field(min_length=1, description="the remark")]
    answers: Annotated[Text, Ref("comments"), Field(description="comment that this one answers")] = ""


class SentLetter(Row):
    """That a letter of the week went out: to which office, when, and by whom. It proves nothing else."""

    table: ClassVar[str] = "sent_letters"
    id: Annotated[Id, Field(description="short code, such as 2026-01-26.s1")]
    day: Annotated[Date, Field(description="letter day that it was made for")]
    addressee: Annotated[
        Text, Field(min_length=1, description="office that it went to, as role of contacts names it")
    ]
    party: Annotated[
        Text, Ref("parties"), Field(description="party of the office; empty: none in particular")
    ] = ""
    contact: Annotated[
        Text, Ref("contacts"), Field(description="row of contacts that it was addressed by; empty: none")
    ] = ""
    sent_on: Annotated[Date, Field(description="day it went out")]
    sent_by: Annotated[Text, Field(min_length=1, description="who sent it: a person or an office")]
    means: Annotated[Text, Field(description="how it went, such as e-mail or post")] = ""
    words_sha256: Annotated[
        Text,
        Field(pattern="^([0-9a-f]{64})?$", description="SHA-256 of its words as UTF-8; empty: not known"),
    ] = ""


class Translation(Row):
    """A text of another row in a further language. What has none is shown in the language of the tables, with
    a mark."""

    table: ClassVar[str] = "texts"
    key: ClassVar[tuple[str, ...]] = ("of_table", "row", "column", "language")
    of_table: Annotated[Id, Field(description="table of the row, such as commitments")]
    row: Annotated[Text, Field(min_length=1, description="id of the row")]
    column: Annotated[Id, Field(description="column that is translated, such as title")]
    language: Annotated[LanguageCode, Field(description="language of the text")]
    text: Annotated[Text, Field(min_length=1, description="the text in that language")]


class Forecast(Row):
    """What was forecast of one commitment, or of one party's ratification, on a day. Never changed
    afterwards: it is scored when the outcome is known."""

    table: ClassVar[str] = "forecasts"
    id: Annotated[Id, Field(description="short code, such as F1.C01")]
    made_on: Annotated[Date, Field(description="day it was made")]
    meeting: Annotated[Text, Ref("meetings"), Field(description="meeting it was made for; empty: none")] = ""
    of: Annotated[
        Literal["delivery", "ratification"],
        Field(description="delivery of a commitment, or ratification of an agreement by a party"),
    ] = "delivery"
    commitment: Annotated[Text, Ref("commitments"), Field(description="commitment forecast")] = ""
    agreement: Annotated[Text, Ref("agreements"), Field(description="agreement to be ratified")] = ""
    party: Annotated[Text, Ref("parties"), Field(description="party that is to ratify")] = ""
    by_day: Annotated[Date, Field(description="day that the probability is about")]
    probability: Annotated[Share, Field(description="probability that it has happened by that day")]
    official: Annotated[
        Date | None, Field(description="date promised at the time, against which it is scored")
    ] = None
    days: Annotated[
        Texts,
        Field(
            description="days by which it has happened with probability 5 %, 10 % ... 95 %, separated by ;; "
            "fewer where it may lie beyond the horizon"
        ),
    ] = ()
    model: Annotated[Text, Field(min_length=1, description="what made it, with its version")]
    inputs: Annotated[Text, Field(description="SHA-256 of the rows that it was made from")] = ""
