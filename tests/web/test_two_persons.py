"""A date moves, and "verified" is reached, by two persons only: every way round it that we could think of is
tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from serving import Client

Team = Callable[[str], Client]


def rows(client: Client, table: str) -> dict[str, Any]:
    return {r["id"]: r for r in client.get(f"/rows/{table}").json()}


def write(client: Client, *edits: dict[str, Any]) -> httpx2.Response:
    answer: httpx2.Response = client.send("POST", "/edits", {"edits": list(edits), "reason": "try"})
    return answer


def change(client: Client, table: str, ident: str, **cells: str) -> dict[str, Any]:
    row = rows(client, table)[ident]
    return {"table": table, "id": ident, "cells": {**row["cells"], **cells}, "seen": row["digest"]}


def setting(table: str, name: str, value: str) -> dict[str, Any]:
    return {"table": table, "id": name, "cells": {"name": name, "value": value}, "seen": None}


def report(client: Client, **more: str) -> httpx2.Response:
    body = {
        "commitment": "R2",
        "reported_on": "2025-12-20",
        "shows": "delivered",
        "document": "primary",
        "source": "s",
        **more,
    }
    answer: httpx2.Response = client.send("POST", "/evidence", body)
    return answer


def delivery(client: Client, commitment: str = "R2") -> str:
    return str(client.get(f"/commitments/{commitment}").json()["status"]["delivery"])


def promised(client: Client, commitment: str) -> str:
    return str(client.get(f"/commitments/{commitment}").json()["status"]["latest_promised"])


def refused(answer: httpx2.Response, client: Client) -> None:
    assert answer.status_code == 403, f"{answer.status_code} {answer.text}"
    assert delivery(client) not in ("verified", "in effect")


def test_a_report_is_not_turned_into_an_outsiders_after_it_was_judged(team: Team) -> None:
    sara = team("sara")
    said = report(sara, standing="owner", meets_test="yes").json()["id"]
    refused(write(sara, change(sara, "evidence", said, standing="outside")), sara)
    unknown = report(sara, standing="unknown", meets_test="yes").json()["id"]
    refused(write(sara, change(sara, "evidence", unknown, standing="outside")), sara)


def test_a_judged_report_is_not_moved_to_another_commitment_or_deleted_and_added_again(team: Team) -> None:
    sara, viktor, vera = team("sara"), team("viktor"), team("vera")
    said = report(viktor, commitment="R3", standing="outside").json()["id"]
    assert vera.send("POST", f"/evidence/{said}/confirmation", {"verdict": "yes"}).status_code == 200
    assert delivery(sara, "R3") == "verified"
    refused(write(sara, change(sara, "evidence", said, commitment="R2")), sara)
    row = rows(sara, "evidence")[said]
    away = {"table": "evidence", "id": said, "cells": None, "seen": row["digest"]}
    for cells in ({"commitment": "R2"}, {}):
        again = {
            "table": "evidence",
            "id": "new",
            "cells": {**row["cells"], "id": "new", **cells},
            "seen": None,
        }
        assert write(sara, away, again).status_code == 403
    refused(write(sara, change(sara, "evidence", said, report="something else was seen")), sara)
    refused(write(sara, change(sara, "commitments", "R3", acceptance_test="anything will do")), sara)
    assert write(sara, change(sara, "evidence", said, note="a remark")).status_code == 200


def test_a_measured_effect_takes_two_persons(team: Team) -> None:
    viktor, vera, sara = team("viktor"), team("vera"), team("sara")
    refused(report(viktor, shows="in effect", standing="outside", measured_days="400"), viktor)
    said = report(sara, shows="in effect", standing="unknown").json()["id"]
    refused(write(sara, change(sara, "evidence", said, measured_days="400")), sara)
    good = report(viktor, shows="in effect", standing="outside", measured_days="400", meets_test="no")
    assert good.status_code == 201, good.text
    assert (
        viktor.send("POST", f"/evidence/{good.json()['id']}/confirmation", {"verdict": "yes"}).status_code
        == 403
    )
    assert (
        vera.send("POST", f"/evidence/{good.json()['id']}/confirmation", {"verdict": "yes"}).status_code
        == 200
    )
    assert delivery(vera) == "in effect"


def test_a_lax_policy_does_not_make_one_person_enough(team: Team) -> None:
    sara, viktor, vera = team("sara"), team("viktor"), team("vera")
    said = report(viktor, standing="outside")
    assert said.status_code == 201, said.text
    refused(write(sara, setting("policy", "delivered_needs", '"statement"')), sara)
    assert (
        write(
            sara,
            {
                "table": "evidence",
                "id": said.json()["id"],
                "cells": None,
                "seen": rows(sara, "evidence")[said.json()["id"]]["digest"],
            },
        ).status_code
        == 200
    )
    assert write(sara, setting("policy", "delivered_needs", '"statement"')).status_code == 200
    refused(report(viktor, standing="outside"), viktor)
    assert report(vera, standing="outside", meets_test="no").status_code == 201


def test_who_wrote_a_report_does_not_judge_it_after_another_touched_it(team: Team) -> None:
    sara, viktor, vera = team("sara"), team("viktor"), team("vera")
    said = report(viktor, standing="outside").json()["id"]
    assert write(sara, change(sara, "evidence", said, report="spelt rightly")).status_code == 200
    path = f"/evidence/{said}/confirmation"
    refused(viktor.send("POST", path, {"verdict": "yes"}), viktor)
    refused(sara.send("POST", path, {"verdict": "yes"}), sara)
    other = team("viktor")  # another session of the same person
    refused(other.send("POST", path, {"verdict": "yes"}), other)
    assert vera.send("POST", path, {"verdict": "yes"}).status_code == 200


def test_a_milestone_is_verified_by_two_persons_and_reported_on_by_who_owes_it(team: Team) -> None:
    sara, farid, farah = team("sara"), team("farid"), team("farah")
    mine = next(
        c["id"]
        for c in farid.get("/commitments").json()
        if "XRL" in c["owed_by"] and "XEM" not in c["owed_by"] and not c["closed"]
    )
    cells = {"id": "M1", "commitment": mine, "title": "half of it", "owed_by": "XEM", "basis": "assumed"}
    made = write(sara, {"table": "milestones", "id": "M1", "cells": cells, "seen": None})
    assert made.status_code == 200, made.text
    about: dict[str, Any] = {"commitment": mine, "milestone": "M1", "standing": "owner"}
    assert report(farid, **about).status_code == 403, "its commitment, not its milestone"
    assert report(farah, commitment=mine, standing="owner").status_code == 403, (
        "its milestone, not its commitment"
    )
    assert report(farah, **about).status_code == 201
    said = report(sara, **{**about, "standing": "unknown"}, meets_test="yes").json()["id"]
    assert write(sara, change(sara, "evidence", said, standing="outside")).status_code == 403


def test_a_dispute_is_about_a_report_there_and_closes_nothing(team: Team) -> None:
    farid, farah = team("farid"), team("farah")
    owed = {c["id"]: c for c in farid.get("/commitments").json()}
    mine = next(c for c, row in owed.items() if "XRL" in row["owed_by"] and "XEM" not in row["owed_by"])
    own = report(farid, commitment=mine, standing="owner", shows="progress").json()["id"]
    elsewhere = next(c for c, row in owed.items() if c != mine and "XEM" not in row["owed_by"])
    assert report(farah, commitment=elsewhere, disputes=own, shows="progress").status_code == 403
    for shows in ("stopped", "delivered", "in effect"):
        assert report(farah, commitment=mine, disputes=own, shows=shows).status_code == 403
    assert report(farah, commitment=mine, disputes=own, shows="context").status_code == 201


@pytest.mark.parametrize("trick", ["undated", "before requests", "since", "base date", "of another request"])
def test_a_date_is_not_moved_by_one_person(team: Team, trick: str) -> None:
    sara = team("sara")
    held = promised(sara, "R1")
    cells = {
        "id": "R1.x",
        "commitment": "R1",
        "announced_on": "2026-02-01",
        "promised_for": "2040-01-01",
        "basis": "sourced",
    }
    edits = []
    if trick == "undated":
        cells["announced_on"] = ""
        cells["promised_for"] = "2019-01-01"
    if trick == "before requests":
        cells["announced_on"] = "2025-12-30"
    if trick == "since":
        edits = [setting("policy", "requests_since", "2035-01-01")]
    if trick == "base date":
        row = rows_of_settings(sara, "base_date")
        edits = [{**row, "cells": {"name": "base_date", "value": "2026-06-01"}}]
    if trick == "of another request":
        anna, carl = team("anna"), team("carl")
        mine = next(
            c["id"]
            for c in anna.get("/commitments").json()
            if "XRL" in c["owed_by"] and not c["closed"] and c["status"]["latest_promised"]
        )
        year = int(promised(anna, mine)[:4]) + 1
        reason = anna.get("/programme").json()["reasons"][0]
        asked = anna.send(
            "POST", "/requests", {"item": mine, "new_date": f"{year}-03-31", "reason": reason}
        ).json()["id"]
        assert carl.send("POST", f"/requests/{asked}/decision", {"grant": True}).status_code == 200
        cells |= {
            "commitment": mine,
            "request": asked,
            "announced_on": "2027-01-01",
            "promised_for": f"{year}-03-31",
        }
        held = promised(sara, "R1")
        twice = write(sara, {"table": "date_changes", "id": "R1.x", "cells": cells, "seen": None})
        assert twice.status_code in (403, 422), twice.text
        row = rows(sara, "date_requests")[asked]
        later = {**row["cells"], "decided_on": "2044-01-01"}
        assert write(
            sara, {"table": "date_requests", "id": asked, "cells": later, "seen": row["digest"]}
        ).status_code in (403, 422)
        gone = {"table": "date_requests", "id": asked, "cells": None, "seen": row["digest"]}
        assert write(sara, gone).status_code == 403
        assert promised(sara, "R1") == held
        return
    together = write(sara, *edits, {"table": "date_changes", "id": "R1.x", "cells": cells, "seen": None})
    assert together.status_code in (403, 422), together.text
    if edits and write(sara, *edits).status_code == 200:  # the rule first, the row afterwards
        afterwards = write(sara, {"table": "date_changes", "id": "R1.x", "cells": cells, "seen": None})
        assert afterwards.status_code in (403, 422), afterwards.text
    assert promised(sara, "R1") == held


def rows_of_settings(client: Client, name: str) -> dict[str, Any]:
    """A setting as an edit: the page shows no row of it, so its digest is made here."""
    from milepost.store.content import digest

    value = client.get("/programme").json()[name]
    return {"table": "programme", "id": name, "seen": digest({"name": name, "value": value})}


def test_who_asked_does_not_decide_after_another_touched_the_request(team: Team) -> None:
    anna, sara, carl = team("anna"), team("sara"), team("carl")
    mine = next(
        c["id"]
        for c in anna.get("/commitments").json()
        if "XRL" in c["owed_by"] and not c["closed"] and c["status"]["latest_promised"]
    )
    year = int(promised(anna, mine)[:4]) + 1
    reason = anna.get("/programme").json()["reasons"][0]
    asked = anna.send(
        "POST", "/requests", {"item": mine, "new_date": f"{year}-03-31", "reason": reason}
    ).json()["id"]
    touched = write(sara, change(sara, "date_requests", asked, reason_text="spelt rightly"))
    assert touched.status_code == 200, touched.text
    for who in (anna, sara, team("anna")):
        assert who.send("POST", f"/requests/{asked}/decision", {"grant": True}).status_code == 403
    assert carl.send("POST", f"/requests/{asked}/decision", {"grant": True}).status_code == 200


def test_a_setting_that_cannot_be_read_is_said(team: Team) -> None:
    sara = team("sara")
    for table, name, value in (
        ("policy", "measured_days", "["),
        ("policy", "measured_days", "-4"),
        ("policy", "nothing", "1"),
    ):
        answer = write(sara, setting(table, name, value))
        assert answer.status_code in (400, 422), answer.text
    mixed = {
        "table": "policy",
        "id": "measured_days",
        "cells": {"name": "stale_after_days", "value": "3"},
        "seen": None,
    }
    assert write(sara, mixed).status_code == 400
    assert write(sara, mixed | {"table": "nothing"}).status_code == 400
    twice = change(sara, "commitments", "R2", title="one"), change(sara, "commitments", "R2", title="two")
    assert write(sara, *twice).status_code == 400


def test_a_workbook_is_held_to_the_same(team: Team, tmp_path: Any) -> None:
    import io

    from openpyxl import load_workbook

    from milepost.web.app import API
    from milepost.web.security import CSRF_HEADER

    sara = team("sara")
    said = report(sara, standing="owner", meets_test="yes").json()["id"]
    book = load_workbook(io.BytesIO(sara.get("/programme.xlsx").content))
    sheet = book["evidence"]
    head = [c.value for c in sheet[1]]
    row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, 1).value == said)
    sheet.cell(row, head.index("standing") + 1).value = "outside"
    out = io.BytesIO()
    book.save(out)
    answer = sara.http.post(
        f"{API}/workbook",
        params={"apply": "true"},
        files={"file": ("w.xlsx", out.getvalue())},
        headers={CSRF_HEADER: sara.csrf},
    )
    refused(answer, sara)


def test_less_than_it_was_is_proposed_by_one_and_agreed_to_by_another(team: Team) -> None:
    sara, carl, farid, vera = team("sara"), team("carl"), team("farid"), team("vera")
    softer = change(sara, "commitments", "R1", acceptance_test="anything will do")
    alone = write(sara, softer)
    assert alone.status_code == 403, alone.text
    assert "takes two persons" in alone.json()["error"]
    put = sara.send("POST", "/proposals", {"edits": [softer], "reason": "simpler"})
    assert put.status_code == 201, put.text
    number = put.json()["number"]
    assert put.json()["outcomes"] == ["This would change the acceptance test of R1"]
    path = f"/proposals/{number}/decision"
    for who in (sara, team("sara"), farid, vera):
        assert who.send("POST", path, {"grant": True}).status_code == 403
    assert rows(sara, "commitments")["R1"]["cells"]["acceptance_test"] != "anything will do"
    assert carl.send("POST", path, {"grant": True}).status_code == 200
    assert rows(sara, "commitments")["R1"]["cells"]["acceptance_test"] == "anything will do"
    about = {"commitment": "R2", "reported_on": "2025-12-20", "source": "s", "shows": "stopped"}
    assert sara.send("POST", "/evidence", about).status_code == 403
    stop = sara.send("POST", "/proposals/evidence", about)
    assert stop.status_code == 201, stop.text
    assert (
        carl.send("POST", f"/proposals/{stop.json()['number']}/decision", {"grant": False}).status_code == 200
    )
    assert delivery(sara) != "stopped"
    assert [p["state"] for p in sara.get("/proposals").json()] == ["refused", "granted"]
