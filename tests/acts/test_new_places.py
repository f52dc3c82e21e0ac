"""Where a programme may be written: a name that says another form makes no folder of that name."""

from __future__ import annotations

from pathlib import Path

import pytest

from milepost.cli import run


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("q.gpkg", "geopackage"),
        ("q.geojson", "geojson"),
        ("q.CSV", ""),
        ("q.xls", ""),
        ("q.omx", ""),
    ],
)
@pytest.mark.parametrize("act", ["new", "export", "import", "through"])
def test_a_name_of_another_form_is_refused_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, form: str, act: str
) -> None:
    target = str(tmp_path / name)
    ridge = str(tmp_path / "ridge")
    assert run(["new", ridge, "--example", "ridge"]) == 0
    asked = {
        "new": ["new", target],
        "export": ["export", ridge, target],
        "import": ["import", ridge, target, "--by", "SEC", "--reason", "trial"],
        "through": ["new", target, "--through", "KEN"],
    }[act]
    capsys.readouterr()
    assert run(asked) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "no form of a programme" in told
    assert (f"--as {form}" in told) == bool(form)
    assert not Path(target).exists()


def test_a_corridor_into_a_place_in_use_is_refused_before_it_is_drawn(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "notes.txt").write_text("mine", encoding="utf-8")

    def never(*_: object) -> None:
        raise AssertionError("drawn")

    monkeypatch.setattr("milepost.acts.corridors.corridor", never)
    assert run(["new", str(tmp_path / "there"), "--through", "KEN"]) == 2
    assert "exists" in capsys.readouterr().err
