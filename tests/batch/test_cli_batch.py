"""``colortransfer batch``: what becomes which file, the report, going on, one-line errors."""

import errno
import json
import os
import re
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from colortransfer import batch, cli, images
from colortransfer.batch import storage
from colortransfer.batch.manifest import rows
from colortransfer.batch.report import Report
from colortransfer.errors import ColorTransferError, FileError, InputError

COLOR = "#5b86b4"
ROOT = Path(cli.__file__).parents[2]


@pytest.fixture
def run(capsys, monkeypatch):
    """A command line with the method shift, in this process: status, output, errors."""
    here = lambda workers: batch.engines.in_this_process  # noqa: E731
    monkeypatch.setattr("colortransfer.batch.engines.local", here)

    def call(*words):
        words = [*map(str, words)]
        if "--method" not in words:
            words += ["--method", "shift"]
        status = cli.main(["batch", *words])
        return status, *capsys.readouterr()

    return call


@pytest.fixture
def folder(tmp_path, monkeypatch, photo):
    """The current folder: in/a.png, in/sub/b.png, in/sub/c.jpg."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in" / "sub").mkdir(parents=True)
    for number, name in enumerate(("a.png", "sub/b.png", "sub/c.jpg")):
        images.save(tmp_path / "in" / name, np.roll(photo, number, 0))
    return tmp_path


def lines(path="out/batch.jsonl"):
    return [json.loads(line) for line in Path(path).read_text().splitlines() if line]


def counts(out):
    return [int(n) for n in re.findall(r"(\d+) (?:done before|done|failed|left)\b", out)]


def results(place="out"):
    found = Path(place).rglob("*")
    return {str(p.relative_to(place)): p.read_bytes() for p in found if p.suffix != ".jsonl"
            and p.is_file()}  # fmt: skip


def test_a_folder_keeps_its_subfolders_and_the_same_command_goes_on(folder, run):
    status, out, err = run("in", "-c", COLOR, "-o", "out")
    assert (status, err, counts(out)) == (0, "", [3, 0, 0])
    assert sorted(results()) == ["a.png", "sub/b.png", "sub/c.jpg"]
    before = results()
    assert counts(run("in", "-c", COLOR, "-o", "out")[1]) == [0, 3, 0]
    Path("out/a.png").unlink()  # what is gone is done again
    Path("out/sub/b.png").write_bytes(b"another")
    assert counts(run("in", "-c", COLOR, "-o", "out")[1]) == [2, 1, 0]
    assert results() == before
    assert len(lines()) == 5


def test_what_is_done_depends_on_what_was_asked_and_on_the_photographs_content(folder, run, photo):
    run("in", "-c", COLOR, "-o", "out")
    assert counts(run("in", "-c", "peru", "-o", "out")[1]) == [3, 0, 0]
    assert counts(run("in", "-c", "peru", "-o", "out", "--strength", "0.5")[1]) == [3, 0, 0]
    assert counts(run("in", "-c", "rgb(205 133 63)", "-o", "out", "--strength", "0.5")[1])[0] == 0
    os.utime("in/a.png")  # the same content at another time
    images.save("in/sub/b.png", 255 - photo)
    assert counts(run("in", "-c", "peru", "-o", "out", "--strength", "0.5")[1]) == [1, 2, 0]


def test_results_are_those_of_transfer(folder, run):
    run("in", "-c", COLOR, "-o", "out", "--quality", "80")
    for name in ("a.png", "sub/b.png", "sub/c.jpg"):
        words = ["transfer", f"in/{name}", "-c", COLOR, "--method", "shift", "--quality", "80"]
        assert cli.main([*words, "-o", f"one{Path(name).suffix}"]) == 0
        assert Path(f"one{Path(name).suffix}").read_bytes() == results()[name]


def test_patterns_formats_and_results_within_the_folder_of_photographs(folder, run):
    assert counts(run("in/**/*.png", "-c", COLOR, "-o", "in/out", "--format", "webp")[1])[0] == 2
    assert sorted(results("in/out")) == ["a.webp", "sub/b.webp"]
    assert counts(run("in", "-c", COLOR, "-o", "in/out", "--format", "webp")[1]) == [1, 2, 0]
    assert counts(run("in", "-c", COLOR, "-o", "in/out", "--format", "webp")[1]) == [0, 3, 0]


def test_damaged_photographs_are_lines_and_are_tried_again(folder, run, photo):
    Path("in/bad.png").write_bytes(Path("in/a.png").read_bytes()[:300])
    status, out, err = run("in", "in/missing.png", "-c", COLOR, "-o", "out")
    assert (status, counts(out)) == (1, [3, 0, 2])
    assert len(err.splitlines()) == 2
    assert {line["path"] for line in lines() if line["error"]} == {"in/bad.png", "in/missing.png"}
    images.save("in/bad.png", photo)
    assert counts(run("in", "-c", COLOR, "-o", "out")[1]) == [1, 3, 0]


def test_a_line_that_a_crash_cut_short_costs_its_photograph_alone(folder, run):
    run("in", "-c", COLOR, "-o", "out")
    text = Path("out/batch.jsonl").read_text()
    Path("out/batch.jsonl").write_text(text[:-40])
    assert counts(run("in", "-c", COLOR, "-o", "out")[1]) == [1, 2, 0]
    assert counts(run("in", "-c", COLOR, "-o", "out")[1]) == [0, 3, 0]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_manifest_says_what_each_photograph_asks_for(folder, run, kind, photo):
    images.save("reference.png", 255 - photo)
    table = [
        {"source": "in/a.png", "color": "peru", "output": "x/first.png"},
        {"source": "in/sub/b.png", "reference": "reference.png"},
        {"source": "in/sub/c.jpg"},
    ]
    columns = ("source", "color", "reference", "output")
    text = "\n".join(map(json.dumps, table))
    if kind == "csv":
        cells = [[row.get(column, "") for column in columns] for row in table]
        text = "\n".join(map(",".join, [columns, *cells]))
    Path(f"m.{kind}").write_text(text)
    status, out, err = run(f"m.{kind}", "-c", "teal", "-o", "out")
    assert (status, err, counts(out)) == (0, "", [3, 0, 0])
    found = {line["output"]: line["mean"] for line in lines()}
    assert found["out/x/first.png"] == "#cd853f"
    assert found["out/c.jpg"] == "#008080"
    assert images.load("out/b.png").mean() == pytest.approx((255 - photo).mean(), abs=1)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("m.csv", "", "has no column source"),
        ("m.csv", "source,color\n", "names no photograph"),
        ("m.csv", "path,color\na.png,teal\n", "has no column source"),
        ("m.csv", "source,colour\na.png,teal\n", "m.csv, line 2: no column 'colour' is known"),
        ("m.csv", "source,color\na.png,teal\n,teal\n", "line 3: it has no source"),
        ("m.csv", "source,color\na.png,blurple\n", "line 2: not a colour: 'blurple'"),
        ("m.csv", "source,color\na.png,teal,b\n", "line 2: more cells than columns"),
        ("m.csv", 'source,color\n"a.png,teal\n', "m.csv, line"),
        ("m.csv", "source\na.png\n", "no colour is asked for"),
        ("m.csv", "source,color,output\na.png,teal,../b.png\n", "does not lie in"),
        ("m.csv", "source,color\na.png,teal\nin/a.png,teal\n", "would both become"),
        ("m.csv", "source,color,mask\na.png,teal,m.png\n", "masks and statistics are for"),
        ("m.csv", "source,color,reference\na.png,teal,b.png\n", "leave out one"),
        ("m.jsonl", "{", "m.jsonl, line 1: not JSON"),
        ("m.jsonl", "[1]", "line 1: not an object"),
        ("m.jsonl", '{"source": 3, "color": "teal"}', "source is not a text"),
        ("m.jsonl", '{"source": "a.png", "color": [1, 2]}', "not a colour"),
        ("m.jsonl", "\n\n", "names no photograph"),
    ],
)
def test_a_manifest_that_is_wrong_is_one_line_and_nothing_done(folder, run, name, text, message):
    Path(name).write_text(text)
    status, out, err = run(name, "-o", "out")
    assert (status, out) == (2, "")
    assert re.fullmatch(r"colortransfer: error: .+\n", err)
    assert message in err
    assert not Path("out").exists()


def test_a_folder_of_ray_s_name_is_not_ray(folder, run, monkeypatch):
    """Python takes any folder beside a program for a package, with nothing in it."""
    monkeypatch.setitem(sys.modules, "ray", ModuleType("ray"))
    status, _, err = run("in", "-c", "teal", "-o", "out", "--engine", "ray")
    assert status == 1
    assert err == (
        "colortransfer: error: --engine ray needs ray; pip install 'colortransfer[batch]'\n"
    )


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        ("in -o out", 2, "no colour is asked for"),
        ("in -c teal --reference in/a.png -o out", 2, "either -c COLOR or --reference"),
        ("in -c teal -o in", 2, "would overwrite an input"),
        ("in -c teal -o in/a.png", 1, "is a file; give a folder"),
        ("in in -c teal -o out", 2, "would both become"),
        ("in -c teal -o out --address 1.2.3.4:5", 2, "add --engine ray"),
        ("in -c teal -o out --engine ray --address nonsense", 1, "no address of a Ray cluster"),
        ("in -c teal -o out --engine ray --address 127.0.0.1:9", 1, "Connection refused"),
        ("memory://x -c teal -o out --engine ray", 2, "seen by this process alone"),
        ("in -c teal -o memory://out", 2, "add --report FILE"),
        ("in -c teal -o memory://out --report r --engine ray", 2, "seen by this process alone"),
        ("in/*.tif -c teal -o out", 1, "no photograph"),
        ("nonsense://a/b -c teal -o out", 1, "nonsense"),
        ("none.csv -c teal -o out", 1, "no such file"),
        ("in -c teal -o out --method reinhard", 2, "takes a reference"),
        ("in -c teal -o out --mean-space linear", 2, "--mean-space linear is for"),
        ("in -c teal -o out --tint", 2, "feature-matching"),
        ("in -c teal -o out --workers 0", 2, "from 1"),
    ],
)
def test_wrong_usage_is_one_line(folder, run, words, status, message):
    found, out, err = run(*words.split())
    assert (found, out) == (status, "")
    assert re.fullmatch(r"colortransfer: error: .+\n", err), err
    assert message in err


def test_a_full_disk_ends_the_batch_and_what_was_done_is_kept(folder, run, monkeypatch):
    write, written = images.files.write_atomically, []

    def full(path, content):
        written.append(path)
        if len(written) > 1:
            raise FileError(f"cannot write {path}: no space") from OSError(errno.ENOSPC, "full")
        write(path, content)

    monkeypatch.setattr(images.files, "write_atomically", full)
    status, out, err = run("in", "-c", COLOR, "-o", "out", "--workers", "1")
    assert (status, counts(out)) == (1, [1, 0, 1, 1])
    assert err.endswith(": cannot write out/sub/b.png: no space\n")
    monkeypatch.setattr(images.files, "write_atomically", write)
    assert counts(run("in", "-c", COLOR, "-o", "out")[1]) == [2, 1, 0]


def test_a_report_that_cannot_be_written_is_one_line(folder, run):
    status, _, err = run("in", "-c", COLOR, "-o", "out", "--report", "in/a.png/r.jsonl")
    assert status == 1
    assert re.fullmatch(r"colortransfer: error: cannot .+\n", err)
    with pytest.raises(FileError):
        Report(folder)


def test_urls_are_read_and_written(folder, run):
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    for name in ("a.png", "sub/b.png"):
        storage.write(f"memory://in/{name}", Path("in", name).read_bytes())
    words = ("memory://in", "-c", COLOR, "-o", "memory://out", "--report", "r.jsonl")
    status, out, err = run(*words)
    assert (status, err, counts(out)) == (0, "", [2, 0, 0])
    assert counts(run(*words)[1]) == [0, 2, 0]
    run("in", "-c", COLOR, "-o", "out")
    for name in ("a.png", "sub/b.png"):
        assert storage.read(f"memory://out/{name}") == results()[name]
    storage.write("memory://m/m.csv", b"source,reference\nmemory://in/a.png,r.png\n")
    storage.write("memory://m/r.png", Path("in/sub/b.png").read_bytes())
    words = ("memory://m/m.csv", "-o", "memory://out2", "--report", "r2.jsonl")
    assert counts(run(*words, "--method", "reinhard")[1]) == [1, 0, 0]
    assert counts(run("memory://in/*.png", "-c", "peru", "-o", "out3")[1]) == [1, 0, 0]
    with pytest.raises(FileError, match="no such file"):
        storage.read("memory://nothing.png")
    assert storage.state("memory://nothing.png").size is None


def test_without_fsspec_a_url_is_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(ColorTransferError, match=r"pip install 'colortransfer\[batch\]'"):
        storage.read("s3://bucket/a.png")


def test_rows_know_their_manifests_folder(folder):
    Path("in/m.csv").write_text("source,color,mask\na.png,teal,m.png\n/b.png,teal,\n")
    first, second = rows("in/m.csv", batch.Request(color="peru"))
    assert (first.source, first.request.mask) == ("in/a.png", "in/m.png")
    assert (second.source, second.request.mask) == ("/b.png", None)
    with pytest.raises(InputError, match="line 2"):
        list(rows(written("in/x.csv", "source,color\na.png,none\n"), batch.Request()))


def written(path, text):
    Path(path).write_text(text)
    return path
