"""What the report says of observers whose preferences are known, and of files that lie."""

import itertools
import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import simulated
from scipy.special import expit

from colortransfer.cli import main
from colortransfer.errors import FileError, InputError
from colortransfer.study import evaluate, read, read_all, write_report

CARELESS = (4, 17)


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    files = simulated.answers(careless=CARELESS)
    return simulated.written(tmp_path_factory.mktemp("answers"), files)


@pytest.fixture(scope="module")
def found(paths):
    return evaluate(read_all(paths), replicates=300)


@pytest.mark.parametrize("question", ["natural", "faults"])
def test_thirty_observers_are_recovered(found, question):
    figures = found["questions"][question]
    assert list(figures["scores"]) == list(simulated.TRUTH)  # in order
    for name, row in figures["scores"].items():
        assert row["low"] < simulated.TRUTH[name] < row["high"], name
        assert row["low"] < row["score"] < row["high"]
        assert row["high"] - row["low"] < 0.5
    assert len(figures["comparisons"]) == 6
    for name, row in figures["comparisons"].items():
        one, other = name.split(" over ")
        share = expit(simulated.TRUTH[one] - simulated.TRUTH[other])
        assert row["of"] == 28 * 12, "repeats, traps and the careless count elsewhere"
        assert row["bootstrap_low"] < share < row["bootstrap_high"]
        assert row["low"] < row["share"] < row["high"]
        assert sum(photo["wins"] for photo in row["photographs"].values()) == row["wins"]


@pytest.mark.slow
def test_intervals_hold_what_they_promise():
    """Over 50 studies of 10 observers: at least nine of ten intervals hold the truth."""
    inside = []
    for seed in range(50):
        files = simulated.answers(observers=10, photographs=6, seed=seed)
        choices = [choice for file in files for choice in choices_of(file)]
        scores = evaluate(choices, replicates=100, seed=seed)["questions"]["natural"]["scores"]
        inside += [row["low"] < simulated.TRUTH[n] < row["high"] for n, row in scores.items()]
    assert np.mean(inside) > 0.9


def choices_of(file):
    from colortransfer.study import Choice

    return [Choice(file["observer"], **row) for row in file["answers"]]


def test_the_careless_are_named_and_left_out(found):
    failed = [name for name, row in found["observers"].items() if not row["counts"]]
    assert failed == [f"{number:04x}" for number in CARELESS]
    row = found["observers"]["0000"]
    assert row["traps"] == {"right": 12, "of": 12}
    assert row["repeats"]["natural"]["of"] == 6
    assert row["answers"] == 6 * 12 + 6 + 6
    everyone = found["everyone"]["natural"]["comparisons"]["default over shift"]
    assert everyone["of"] == 30 * 12


def test_the_bootstrap_knows_that_photographs_differ():
    """Half of the photographs decide for one, half for the other: more observers do not help."""
    files = simulated.answers(photographs=8, truth={"a": 0.0, "b": 0.0})
    for file, row in itertools.product(files, range(len(files[0]["answers"]))):
        answer = file["answers"][row]
        wanted = "a" if int(answer["photograph"][5:]) % 2 else "b"
        if "trap" not in (answer["left"], answer["right"]):
            answer["natural"] = "left" if answer["left"] == wanted else "right"
    choices = [choice for file in files for choice in choices_of(file)]
    figures = evaluate(choices, replicates=150)["questions"]["natural"]
    row = figures["comparisons"]["a over b"]
    assert row["share"] == 0.5
    assert row["high"] - row["low"] < 0.14
    assert row["bootstrap_high"] - row["bootstrap_low"] > 0.5
    names = list(row["photographs"])
    assert {int(name[5:]) % 2 for name in names[:4]} == {1}
    assert figures["repeats"] == {"same": 30, "of": 30}


def test_the_report_is_a_page_and_json(paths, tmp_path, capsys):
    page = tmp_path / "report.html"
    words = ["study", "report", *map(str, paths[:5]), "-o", str(page), "--replicates", "100"]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "natural: default over shift" in said
    assert "failed the traps: 0004" in said
    figures = json.loads(page.with_suffix(".json").read_text("utf-8"))
    text = page.read_text("utf-8")
    row = figures["questions"]["natural"]["comparisons"]["default over shift"]
    assert f"{row['wins']} of {row['of']}" in text
    assert "left out of all but the last tables: 0004" in text
    drawn = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(drawn) == 2 * (1 + 1 + 6)
    for svg in drawn:
        ET.fromstring(svg)
    assert "http" not in re.sub(r'xmlns[:\w]*="[^"]*"|<metadata>.*?</metadata>', "", text, flags=16)
    again = tmp_path / "again.html"
    main([*words[:-3], str(again), *words[-2:]])
    assert again.read_text("utf-8") == text


def test_names_are_no_markup(tmp_path):
    files = simulated.answers(observers=3, photographs=6, truth={"<script>": 0.5, "b&": 0.0})
    for file in files:
        file["observer"] = f"<b>{file['observer']}"
    choices = read_all(simulated_paths(tmp_path, files))
    write_report(evaluate(choices, replicates=100), tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "<script" not in text
    assert "<b>" not in text
    assert "&lt;script&gt;" in text


def simulated_paths(folder, files):
    paths = [folder / f"{i}.json" for i in range(len(files))]
    for path, file in zip(paths, files, strict=True):
        path.write_text(json.dumps(file), "utf-8")
    return paths


def changed(**changes):
    (file,) = simulated.answers(observers=1, photographs=1)
    if row := changes.pop("row", None):
        file["answers"][0] |= row
    return file | changes


@pytest.mark.parametrize(
    "content",
    [
        "nonsense",
        "[]",
        "{}",
        "[" * 100_000,
        changed(format="other"),
        changed(answers=5),
        changed(observer=7),
        changed(study=""),
        changed(row={"natural": "middle"}),
        changed(row={"n": 0}),
        changed(row={"n": True}),
        changed(row={"n": 2}),
        changed(row={"seconds": "long"}),
        changed(row={"left": "a\nb"}),
        changed(row={"left": "x" * 999}),
        changed(row={"left": "a", "right": "a"}),
    ],
    ids=str,
)
def test_what_is_no_file_of_answers_is_one_line(content, tmp_path):
    path = tmp_path / "answers.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    with pytest.raises(FileError, match="download") as error:
        read(path)
    assert "\n" not in str(error.value)


def test_files_that_do_not_belong_together(tmp_path):
    one, other = simulated.answers(observers=2, photographs=1)
    first, again, third = simulated_paths(tmp_path, [one, one, other | {"study": "77"}])
    with pytest.raises(InputError, match="one observer"):
        read_all([first, again])
    with pytest.raises(InputError, match="different studies"):
        read_all([first, third])
    with pytest.raises(FileError, match="cannot read"):
        read(tmp_path / "missing.json")
    with pytest.raises(InputError, match=r"\.html"):
        write_report({}, tmp_path / "report.pdf")


def test_when_nobody_passes_the_traps():
    files = simulated.answers(observers=1, photographs=6)
    for row in files[0]["answers"]:
        trap_left = row["left"] == "trap"
        row["natural"] = row["faults"] = "left" if trap_left else "right"
    with pytest.raises(InputError, match="no observer"):
        evaluate(choices_of(files[0]))
    with pytest.raises(InputError, match="replicates"):
        evaluate(choices_of(files[0]), replicates=1)
