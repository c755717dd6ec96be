"""benchmarks.study: blind pictures, balanced sides, and what simulated observers answer."""

import csv
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from colortransfer.study import exchanged

ROOT = Path(__file__).resolve().parents[1]
COMPARISONS = [("ours", "shift"), ("ours", "v01"), ("gan", "shift")]


@pytest.fixture
def study(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks.study import __main__, making, report

    class Study:
        main, pairs, photographs = __main__.main, making.pairs, making.photographs
        items_of, subject = making.items_of, making.subject
        read, evaluate, text = report.read, report.evaluate, report.text
        faults_of, Answer = report.faults_of, report.Answer

    for name, value in vars(Study).items():
        if callable(value) and not name.startswith("_") and name != "Answer":
            setattr(Study, name, staticmethod(value))
    return Study


def items_of(study, seed=0, count=40, repeats=2):
    photos = [(f"photo{i:02d}", i % 2 == 1 or i >= 32) for i in range(count)]
    return study.items_of(photos, COMPARISONS, repeats, seed)


def answers_of(study, items, rule):
    """An observer who answers natural, faults, certainty, worse, why by ``rule(item)``."""
    return {item["n"]: study.Answer(*rule(item)) for item in items}


def for_candidate(study, item, yes=True):
    return item["candidate_side"] if yes else exchanged(item["candidate_side"])


@pytest.mark.parametrize("seed", range(5))
def test_sides_are_balanced_and_repeats_exchange_them(study, seed):
    items = items_of(study, seed)
    assert [item["n"] for item in items] == list(range(1, 127))
    first = {study.subject(item): item for item in items if not item["repeat"]}
    assert len(first) == 120
    sides = Counter((*study.subject(i)[1:], i["candidate_side"]) for i in first.values())
    assert set(sides.values()) == {20}
    repeats = [item for item in items if item["repeat"]]
    assert len(repeats) == 6
    for item in repeats:
        twin = first[study.subject(item)]
        assert item["candidate_side"] == exchanged(twin["candidate_side"])
        assert item["n"] >= twin["n"] + 8
    assert items == items_of(study, seed)
    assert items != items_of(study, seed + 1)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_small_studies_can_be_made(study, count):
    assert len(items_of(study, count=count, repeats=9)) == 2 * 3 * count


def test_observers_who_see_and_who_guess(study):
    items = items_of(study)
    rng = np.random.default_rng(1234)

    def seeing(item):  # the candidate always, with one exception that is clear to all
        yes = item["photograph"] != "photo03"
        side = for_candidate(study, item, yes)
        return side, side, 2, not yes, "" if yes else f"{item['candidate_side']} green patch"

    def left(item):
        return "left", "left", 0, item["photograph"] == "photo03", ""

    def guessing(item):
        side = rng.choice(["left", "right"])
        return side, side, 0, False, "dull"

    answers = {"seeing": answers_of(study, items, seeing)}
    found = study.evaluate({name: {"items": items} for name in answers}, answers)
    figures = found["comparisons"]["ours against shift"]
    assert figures["natural"]["all"]["wins"] == 39
    assert figures["natural"]["all"]["of"] == 40
    assert figures["natural"]["held_out"]["of"] == 24
    assert figures["natural"]["held_out"]["wins"] == 23
    assert figures["natural"]["tuned"]["wins"] == figures["natural"]["tuned"]["of"] == 16
    assert figures["clearly_worse"] == {"pairs": ["photo03"], "share": 1 / 40}
    assert figures["clearly_better"]["pairs"] == []
    assert figures["weighted"] == 2 * 38
    assert figures["fault_words"] == {"candidate": {"patches": 1}, "baseline": {}}
    assert found["observers"]["seeing"]["repeats"]["natural"] == {"same": 6, "of": 6}

    answers |= {"left": answers_of(study, items, left)}
    answers |= {"guessing": answers_of(study, items, guessing)}
    found = study.evaluate({name: {"items": items} for name in answers}, answers)
    figures = found["comparisons"]["ours against shift"]
    assert figures["natural"]["by_observer"]["left"]["wins"] == 20
    assert figures["natural"]["all"]["of"] == 120
    assert figures["clearly_worse"]["pairs"] == []  # not all call it so
    assert found["observers"]["left"]["left"] == 126
    assert found["observers"]["left"]["repeats"]["faults"] == {"same": 0, "of": 6}
    low, high = (figures["natural"]["by_observer"]["guessing"][key] for key in ("low", "high"))
    assert low < 0.5 < high
    assert "ours against shift" in study.text(found)
    json.dumps(found)


def test_observers_may_have_keys_of_their_own(study):
    keys = {name: {"items": items_of(study, seed)} for name, seed in (("a", 1), ("b", 2))}

    def candidate(item):
        side = item["candidate_side"]
        return side, side, 1, True, ""

    answers = {name: answers_of(study, key["items"], candidate) for name, key in keys.items()}
    figures = study.evaluate(keys, answers)["comparisons"]["ours against shift"]
    assert figures["natural"]["all"]["wins"] == figures["natural"]["all"]["of"] == 80
    assert len(figures["clearly_better"]["pairs"]) == 40


def test_measures_agree_with_answers_where_they_choose_the_same(study):
    from benchmarks.study.judging import agreements

    better = {"halo": 1.0, "contrast_structure": 0.9, "white_tint": 2.0, "colorfulness": 3.0}
    worse = {"halo": 2.0, "contrast_structure": 0.8, "white_tint": 2.0, "colorfulness": 1.0}
    unknown = {"halo": float("nan"), "contrast_structure": 0.5, "white_tint": 1.0}
    rows = [(better, worse, True), (worse, better, True), (worse, better, False)]
    found = agreements([*rows, (unknown, worse, True)])
    assert found["halo"]["wins"] == 2
    assert found["halo"]["of"] == 3  # one is not known
    assert (found["contrast_structure"]["wins"], found["contrast_structure"]["of"]) == (2, 4)
    assert (found["white_tint"]["wins"], found["white_tint"]["of"]) == (1, 1)  # ties say nothing
    assert "colorfulness" not in found


def test_missing_answers_are_named_and_not_counted(study):
    items = items_of(study, count=4, repeats=0)
    given = answers_of(study, items, lambda item: ("left", "right", 1, False, ""))
    del given[3]
    found = study.evaluate({"a": {"items": items}}, {"a": given})
    assert found["observers"]["a"]["missing"] == [3]
    counts = [c["natural"]["all"]["of"] for c in found["comparisons"].values()]
    assert sum(counts) == 11


@pytest.mark.parametrize(
    ("why", "left", "right"),
    [
        ("right water has purple patches", set(), {"patches"}),
        ("milky blacks", set(), {"veil", "blacks"}),  # of the side that was not chosen
        ("left garish, right veiled", {"garish"}, {"veil"}),
        ("better", set(), set()),
    ],
)
def test_faults_belong_to_a_side(study, why, left, right):
    found = study.faults_of(study.Answer("left", "left", 1, False, why))
    assert found == {"left": left, "right": right}


def test_answers_are_read_as_people_write_them(study, tmp_path):
    keys = {"items": [{"n": n} for n in (1, 2, 3)]}
    path = tmp_path / "a.csv"
    path.write_text(
        "n,natural,faults,certainty,worse,why\n1,left,right,0,false,blue, and dull\n"
        '02,Right,right,2,TRUE,"a, b"\n\n3,left,left,1,false\n',
        "utf-8",
    )
    found = study.read(path, keys)
    assert found[1] == ("left", "right", 0, False, "blue, and dull")
    assert found[2] == ("right", "right", 2, True, "a, b")
    assert found[3].why == ""
    for line, message in {
        "1,left": "six columns",
        "1,left,middle,0,false,": "left or right",
        "9,left,left,0,false,": "'9' is no picture",
        "1,left,left,3,false,": "0, 1 or 2",
    }.items():
        path.write_text(f"n,natural,faults,certainty,worse,why\n{line}\n", "utf-8")
        with pytest.raises(ValueError, match=message):
            study.read(path, keys)


def test_a_study_from_pictures_to_report(study, shared, tmp_path, capsys):
    out, keys = tmp_path / "pictures", tmp_path / "keys" / "one.json"
    words = ["--candidates", "midtone,shift", "--baselines", "shift", "--size", "64"]
    words += ["--pairs", "kodim01,kodim02,101085", "--repeats", "1"]
    study.main(["make", *words, "--out", str(out), "--keys", str(keys)])
    assert [path.name for path in sorted(out.iterdir())] == ["1.png", "2.png", "3.png", "4.png"]
    key = json.loads(keys.read_text("utf-8"))
    assert {item["candidate"] for item in key["items"]} == {"midtone"}
    for item in key["items"]:
        with Image.open(out / f"{item['n']}.png") as picture:
            assert not picture.info
            assert picture.width > 3 * 64
        assert item["held_out"] == (
            item["photograph"] == "101085" or item["photograph"] == "kodim02"
        )
    again = tmp_path / "again"
    study.main(["make", *words, "--out", str(again), "--keys", str(tmp_path / "two.json")])
    for path in out.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes()
    with pytest.raises(SystemExit):
        study.main(["make", *words, "--out", str(out), "--keys", str(out / "key.json")])
    assert "beside the pictures" in capsys.readouterr().err
    answers = tmp_path / "anna.csv"
    with answers.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["n", "natural", "faults", "certainty", "worse", "why"])
        for item in key["items"]:
            writer.writerow([item["n"], *[item["candidate_side"]] * 2, 2, "true", "whites"])
    study.main(["report", str(answers), "--keys", str(keys)])
    assert "natural all         3 of 3 (100%" in capsys.readouterr().out
    found = json.loads((tmp_path / "keys" / "one.report.json").read_text("utf-8"))
    assert found["comparisons"]["midtone against shift"]["clearly_better"]["share"] == 1


def test_the_forty_photographs(study, shared):
    chosen = study.photographs()
    assert len(chosen) == 40
    assert sum(held for _, held in chosen) == 24
    assert len(study.pairs("tuned", 16)) == 16
    with pytest.raises(ValueError, match="no photographs 'nonsense'"):
        study.pairs("nonsense", 16)


def test_rankings_count_who_comes_first(study, tmp_path):
    from benchmarks.study import ranking

    items = [
        {"n": n, "photograph": name, "order": ["shift", "ours"]}
        for n, name in ((1, "12"), (2, "a"))
    ]
    (tmp_path / "keys.json").write_text(json.dumps({"items": items}))
    rows = "n,order,best_why,worst_why\n1,B>A,clean,veiled\n2,A=B,,\n"
    (tmp_path / "one.csv").write_text(rows)
    answers = ranking.read(tmp_path, "all")
    assert answers == [{"ours": 0, "shift": 1}, {"shift": 0, "ours": 0}]
    assert ranking.wins(answers, "ours", "shift") == 1.5
    assert ranking.read(tmp_path, "bsds") == answers[:1]
    assert "ours: mean rank 1.00; over shift 1.00" in ranking.report(answers)
    with pytest.raises(ValueError, match="every letter"):
        ranking.ranks("A>C", ["shift", "ours"])
