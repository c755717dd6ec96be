"""The command line: what is written where, exit statuses, one-line errors, nothing lost."""

import io
import json
import os
import re
import sys

import numpy as np
import pytest

from colortransfer import FeatureMatcher, classical, cli, colors, evaluation, images
from colortransfer.losses import FeatureMatchingLoss
from colortransfer.optimizers import Adam

COLOR = "#5b86b4"
CLOSING = r": 56 x 40, mean #5b86b4, colour error 0\.00\d{3}, \d+\.\d s"


@pytest.fixture
def folder(tmp_path, monkeypatch, photo, tiny):
    """The current folder, with a.png; fits look through the tiny network, and take few steps."""
    monkeypatch.chdir(tmp_path)
    losses = FeatureMatchingLoss(tiny, octaves=2)
    initialise = FeatureMatcher.__init__

    def quick(self, **options):
        initialise(self, losses=losses, optimizer=Adam(steps=3), **options)

    monkeypatch.setattr(FeatureMatcher, "__init__", quick)
    images.save("a.png", photo)
    return tmp_path


@pytest.fixture
def run(capsys):
    """Run a command line: exit status, standard output, standard error."""

    def call(*words):
        status = cli.main([str(word) for word in words])
        return status, *capsys.readouterr()

    return call


def content(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def refused(folder, run, words, message, status=2):
    """A command line that ends with a status, one line with the message, and nothing written."""
    before = content(folder)
    found, out, err = run(*words.split())
    assert (found, out) == (status, "")
    assert re.fullmatch(r"colortransfer: error: .+\n", err)
    assert message in err
    assert content(folder) == before


def reached(path):
    return evaluation.color_error(images.load(path), COLOR)


def test_transfer_reaches_the_colour_and_says_so(folder, run):
    status, out, err = run("transfer", "a.png", "-c", COLOR, "-o", "b.png")
    assert (status, err) == (0, "")
    assert re.fullmatch(rf"b\.png{CLOSING}\n", out)
    assert reached("b.png") < 1 / 255


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "COMMAND"),
        ("recolor a.png", "invalid choice: 'recolor'"),
        ("transfer a.png -o b.png", "-c"),
        ("transfer a.png -c 91,134,180 -o b.png", "give '#5b86b4'"),
        ("transfer a.png -c teal", "say where to"),
        ("transfer a.png -c teal -o b.gif", "must end in one of .jpg"),
        ("transfer a.png -c teal -o b", "must end in one of .jpg"),
        ("transfer a.png -c teal -o b.png --strength 1.1", "number from 0 to 1"),
        ("transfer a.png -c teal -o b.png --strength nan", "number from 0 to 1"),
        ("transfer a.png -c teal -o b.jpg --quality 0", "from 1 to 100"),
        ("transfer a.png -c teal -o b.jpg --format png", "a file's suffix says its format"),
        ("transfer a.png -c teal -o b.png --cube a.png", "does not end in .cube"),
        ("transfer a.png -c teal -o b.png --in-place", "leave out -o"),
        ("transfer - a.png -c teal -o out", "cannot be mixed"),
        ("transfer - -c teal -o .", "standard input has no name"),
        ("transfer a.png c.png -c teal -o b.png", "several photographs need a folder"),
        ("transfer a.png c.png -c teal -o -", "only one photograph"),
        ("transfer a.png c.png -c teal -o out --cube x.cube", "holds one edit"),
        ("transfer a.png sub/a.png -c teal -o out", "would both become"),
        ("transfer a.png -c teal -o a.png", "overwrite an input"),
        ("transfer a.png -c teal -o ./sub/../a.png", "overwrite an input"),
        ("transfer a.png -c teal -o link.png", "overwrite an input"),
        ("transfer a.png -c teal -o nosuch/../a.png", "overwrite an input"),
        ("transfer a.png -c teal -o .", "overwrite an input"),
        ("transfer sub/a.png a.png -c teal -o sub/", "overwrite an input"),
        ("apply edit.txt a.png -o b.png", "does not end in .npz"),
        ("evaluate a.png", "EDITED"),
    ],
)
def test_wrong_usage_is_status_2_one_line_and_nothing_done(folder, run, words, message):
    (folder / "sub").mkdir()
    for copy in ("c.png", "sub/a.png"):
        (folder / copy).write_bytes((folder / "a.png").read_bytes())
    (folder / "link.png").symlink_to("a.png")
    refused(folder, run, words, message)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("transfer missing.png -c teal -o b.png", "missing.png"),
        ("transfer text.png -c teal -o b.png", "text.png"),
        ("transfer text.png -c teal -o new/", "text.png"),
        ("transfer clear.png -c teal -o b.png", "clear.png: every pixel of image is transparent"),
        ("transfer a.png -c teal -o missing/b.png", "folder does not exist"),
        ("transfer a.png -c teal -o b.png --save-transform missing/b.npz", "does not exist"),
        ("transfer a.png -c teal -o b.png --cube missing/b.cube", "does not exist"),
        ("transfer empty -c teal -o out", "in the folder empty"),
        ("apply missing.npz a.png -o b.png", "missing.npz"),
        ("apply text.npz a.png -o b.png", "text.npz"),
        ("evaluate missing.png a.png", "missing.png"),
        ("evaluate a.png text.png", "text.png"),
    ],
)
def test_a_failure_is_status_1_one_line_and_nothing_written(folder, run, words, message):
    (folder / "empty").mkdir()
    for name in ("text.png", "text.npz"):
        (folder / name).write_text("no picture")
    images.save("clear.png", np.zeros((9, 9, 4), np.uint8))
    refused(folder, run, words, message, status=1)


def test_a_folder_goes_on_after_a_file_that_fails(folder, run):
    for name in ("c.png", "notes.txt", ".hidden.png"):
        (folder / name).write_bytes((folder / "a.png").read_bytes())
    (folder / "b.png").write_bytes((folder / "a.png").read_bytes()[:300])
    status, out, err = run("transfer", ".", "-c", COLOR, "-o", "new/out", "--format", "tiff")
    assert status == 1
    assert re.fullmatch(rf".*a\.tif{CLOSING}\n.*c\.tif{CLOSING}\n", out)
    assert re.fullmatch(r"\S+ error: .*b\.png.*\ncolortransfer: 1 of 3 .+ failed\n", err)
    assert sorted(os.listdir("new/out")) == ["a.tif", "c.tif"]
    assert reached("new/out/c.tif") < 1 / 255


def test_a_folder_with_the_name_of_a_photograph_is_no_photograph(folder, run):
    (folder / "album.jpg").mkdir()
    status, out, err = run("transfer", ".", "-c", COLOR, "-o", "new", "--method", "shift")
    assert (status, err, out.count("\n")) == (0, "", 1)


def test_a_missing_folder_is_noticed_before_the_fit(folder, run, monkeypatch):
    monkeypatch.setattr(FeatureMatcher, "fit", lambda *a, **o: pytest.fail("fitted"))
    for words in ("-o missing/b.png", "-o b.png --save-transform missing/e.npz"):
        status, _, err = run("transfer", "a.png", "-c", COLOR, *words.split())
        assert (status, err.count("\n")) == (1, 1)
        assert "missing/" in err


def test_a_reference_is_not_overwritten(folder, run, photo):
    images.save("ref.png", photo[::-1])
    words = ("--reference", "ref.png", "--method", "reinhard", "-o", "ref.png")
    status, _, err = run("transfer", "a.png", *words)
    assert (status, err.count("\n")) == (2, 1)
    assert "overwrite an input" in err
    np.testing.assert_array_equal(images.load("ref.png"), photo[::-1])


def test_strength_and_the_saved_edit_are_for_the_generator_too(folder, run):
    extras = ("--strength", "0.5", "--save-transform", "edit.npz", "--cube", "edit.cube")
    status, _, err = run(
        "transfer", "a.png", "-c", COLOR, "-o", "b.png", "--method", "gan", *extras
    )
    assert (status, err) == (0, "")
    start, end = reached("a.png"), reached("b.png")
    assert 0.4 * start < end < 0.6 * start
    assert run("apply", "edit.npz", "a.png", "-o", "c.png")[0] == 0
    assert reached("c.png") < 1 / 255
    assert "LUT_3D_SIZE 33" in (folder / "edit.cube").read_text()


@pytest.mark.parametrize("method", ["feature-matching", "shift", "gan"])
def test_a_grey_photograph_is_compared_with_the_grey_of_the_colour(folder, run, photo, method):
    images.save("grey.png", photo[..., 1])
    status, out, err = run("transfer", "grey.png", "-c", COLOR, "-o", "b.png", "--method", method)
    assert status == 0
    assert float(re.search(r"colour error (\S+),", out)[1]) < 1 / 255
    assert re.fullmatch(r"colortransfer: grey\.png: a grey photograph stays grey.*\n", err)


def test_a_colour_that_erases_a_channel_is_remarked_on(folder, run):
    status, _, err = run("transfer", "a.png", "-c", "teal", "-o", "b.png", "--method", "shift")
    assert status == 0
    assert re.fullmatch(r"colortransfer: a\.png: .*red at 0.*#0d8080\n", err)


def test_in_place_replaces_the_input(folder, run):
    assert run("transfer", "a.png", "-c", COLOR, "--in-place")[0] == 0
    assert reached("a.png") < 1 / 255
    assert os.listdir() == ["a.png"]


def test_standard_input_to_standard_output(folder, monkeypatch, capsysbinary, photo):
    data = images.encode(photo, ".jpg")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert cli.main(["transfer", "-", "-c", COLOR]) == 0
    out, err = capsysbinary.readouterr()
    assert images.load(out).metadata.format == "JPEG"
    assert reached(out) < 2 / 255
    assert re.fullmatch(rf"standard output{CLOSING}\n", err.decode())


def test_standard_output_in_another_format(folder, capsysbinary):
    assert cli.main(["transfer", "a.png", "-c", COLOR, "-o", "-", "--format", "webp"]) == 0
    assert images.load(capsysbinary.readouterr().out).metadata.format == "WEBP"


def test_a_picture_is_not_printed_on_a_terminal(folder, run, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    status, out, err = run("transfer", "a.png", "-c", COLOR, "-o", "-")
    assert (status, out) == (2, "")
    assert "terminal" in err


def test_strength_goes_part_of_the_way(folder, run):
    out = run("transfer", "a.png", "-c", COLOR, "-o", "b.png", "--strength", "0.5")[1]
    start, end = reached("a.png"), reached("b.png")
    assert 0.4 * start < end < 0.6 * start
    assert float(re.search(r"colour error (\S+),", out)[1]) == pytest.approx(end, abs=1e-5)


def test_mean_space_linear(folder, run):
    run("transfer", "a.png", "-c", COLOR, "-o", "b.png", "--mean-space", "linear")
    assert evaluation.color_error(images.load("b.png"), COLOR, space="linear") < 1 / 255
    assert reached("b.png") > 1 / 255


def test_a_saved_edit_can_be_applied(folder, run):
    extras = ("--save-transform", "edit.npz", "--cube", "edit.cube")
    assert run("transfer", "a.png", "-c", COLOR, "-o", "b.png", *extras)[0] == 0
    status, out, _ = run("apply", "edit.npz", "a.png", "-o", "c.png")
    assert status == 0
    assert re.fullmatch(r"c\.png: 56 x 40, mean #5b86b4, \d+\.\d s\n", out)
    difference = images.load("b.png").astype(int) - images.load("c.png")
    assert np.abs(difference).max() <= 1
    assert "LUT_3D_SIZE 33" in (folder / "edit.cube").read_text()


def test_quality_changes_the_size_of_a_jpeg(folder, run):
    for name, quality in (("low.jpg", 20), ("high.jpg", 95)):
        run("transfer", "a.png", "-c", COLOR, "-o", name, "--quality", quality)
    assert (folder / "low.jpg").stat().st_size < 0.7 * (folder / "high.jpg").stat().st_size


def test_an_interrupt_leaves_nothing(folder, run, monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(FeatureMatcher, "fit", interrupted)
    before = content(folder)
    result = run("transfer", "a.png", "a.png", "-c", COLOR, "--in-place")
    assert result == (2, "", result[2])  # one file twice is a mistake
    result = run("transfer", "a.png", "-c", COLOR, "--in-place")
    assert result == (130, "", "colortransfer: interrupted\n")
    assert content(folder) == before


def test_an_interrupted_import_ends_the_batch(folder, run, monkeypatch):
    (folder / "b.png").write_bytes((folder / "a.png").read_bytes())
    calls = []

    def interrupted(*arguments, **options):
        calls.append(1)
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as error:
            raise ImportError("cannot import the rest") from error

    monkeypatch.setattr(FeatureMatcher, "fit", interrupted)
    result = run("transfer", "a.png", "b.png", "-c", COLOR, "-o", "out/")
    assert result == (130, "", "colortransfer: interrupted\n")
    assert calls == [1]


def test_no_input_is_overwritten_through_another_name(folder, run):
    before = content(folder)
    for words in (
        ("a.png", "-o", "none/../a.png", "-c", COLOR),
        ("a.png", "-o", "b.png", "--method", "reinhard", "--reference", "b.png"),
        ("a.png", "-o", "none/../b.png", "--method", "reinhard", "--reference", "b.png"),
        ("a.png", "-o", "none/../a.png", "--method", "reinhard", "--reference", "a.png"),
    ):
        status, out, err = run("transfer", *words)
        assert (status, out) == (2, "")
        assert "would overwrite an input" in err
    assert content(folder) == before


def test_too_little_memory_is_told_in_one_line(folder, run, monkeypatch):
    import tensorflow as tf

    for error in (MemoryError(), tf.errors.ResourceExhaustedError(None, None, "OOM")):

        def fail(*arguments, error=error, **options):
            raise error

        monkeypatch.setattr(FeatureMatcher, "fit", fail)
        status, _, err = run("transfer", "a.png", "-c", COLOR, "-o", "c.png")
        assert (status, err) == (
            1,
            "colortransfer: error: not enough memory; reduce the photograph\n",
        )


def test_an_unexpected_error_is_told_and_the_next_photograph_done(folder, run, monkeypatch):
    (folder / "b.png").write_bytes((folder / "a.png").read_bytes())
    fit, calls = FeatureMatcher.fit, []

    def failing_once(*arguments, **options):
        calls.append(1)
        return fit(*arguments, **options) if len(calls) > 1 else 1 / 0

    monkeypatch.setattr(FeatureMatcher, "fit", failing_once)
    status, _, err = run("transfer", "a.png", "b.png", "-c", COLOR, "-o", "out")
    assert status == 1
    assert "unexpected ZeroDivisionError; please report it" in err
    assert os.listdir("out") == ["b.png"]


def test_progress_is_shown_on_terminals_only(folder, run, monkeypatch):
    words = ("transfer", "a.png", "-c", COLOR, "-o", "b.png")
    assert run(*words)[2] == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert re.search(r"a\.png: .* [123]/3 .*loss=", run(*words)[2])


@pytest.mark.parametrize(
    "method",
    ["reinhard", "match-histograms", "monge-kantorovich", "mvgd", "distribution-transfer", "zeng"],
)
def test_published_methods_take_the_colours_of_a_reference(folder, run, photo, method):
    images.save("ref.png", photo[::-1] // 2)
    status, out, err = run("transfer", "a.png", "--method", method, "--reference", "ref.png")
    assert (status, out) == (2, "")
    assert "say where to" in err
    words = ("--method", method, "--reference", "ref.png", "-o", "b.png")
    status, out, err = run("transfer", "a.png", *words)
    assert (status, err) == (0, "")
    assert re.fullmatch(r"b\.png: \d+ x \d+, mean #\w{6}, \d+\.\d s\n", out)
    expected = getattr(classical, method.replace("-", "_"))(photo, photo[::-1] // 2)
    np.testing.assert_array_equal(images.load("b.png"), expected)
    status, _, err = run("transfer", "a.png", "--method", method, "-c", COLOR, "-o", "b.png")
    assert (status, err.count("\n")) == (2, 1)
    assert "--reference" in err


def test_zeng_chooses_among_references(folder, run, photo):
    images.save("near.png", photo // 2 + 60)
    images.save("far.png", 255 - photo)
    several = ("--reference", "far.png", "--reference", "near.png", "-o", "b.png")
    assert run("transfer", "a.png", "--method", "zeng", *several)[0] == 0
    expected = classical.zeng(photo, photo // 2 + 60)
    np.testing.assert_array_equal(images.load("b.png"), expected)
    status, _, err = run("transfer", "a.png", "--method", "mvgd", *several)
    assert (status, err.count("\n")) == (2, 1)
    assert "takes one --reference" in err


@pytest.mark.parametrize("method", ["levin", "huang", "yatziv-sapiro"])
def test_colorize_spreads_scribbles(folder, run, photo, method):
    gray = photo.mean(-1, keepdims=True).astype(np.uint8).repeat(3, 2)
    scribbles = gray.copy()
    scribbles[5:9, 5:30] = 200, 60, 40
    images.save("gray.png", gray)
    images.save("scribbles.png", scribbles)
    words = ("colorize", "gray.png", "scribbles.png", "--method", method)
    status, out, err = run(*words, "-o", "b.png")
    assert (status, err) == (0, "")
    assert re.fullmatch(r"b\.png: \d+ x \d+, \d+\.\d s\n", out)
    expected = getattr(classical, method.replace("-", "_"))(gray, scribbles)
    np.testing.assert_array_equal(images.load("b.png"), expected)
    assert run(*words, "-o", "gray.png")[0] == 2
    status, _, err = run("colorize", "gray.png", "gray.png", "-o", "c.png")
    assert (status, err.count("\n")) == (1, 1)
    assert "nothing is drawn" in err


def test_what_the_user_should_know_about_a_fit_is_a_note(folder, run, photo):
    images.save("small.png", photo[:9, :9])
    status, _, err = run("transfer", "small.png", "-c", COLOR, "-o", "b.png")
    assert status == 0
    assert re.fullmatch(r"colortransfer: small\.png: .*octaves.*\n", err)


def test_control_characters_of_names_stay_out_of_messages(folder, run):
    status, _, err = run("transfer", "a\nb\x1b[31m\udcff.png", "-c", COLOR, "-o", "c.png")
    assert status == 1
    assert err.count("\n") == 1
    assert "a\\nb\\x1b[31m" in err


def test_evaluate_prints_a_table_or_json(folder, run, photo):
    brighter = np.clip(photo.astype(int) + 9, 0, 255).astype(np.uint8)
    images.save("b.png", brighter)
    status, out, err = run("evaluate", "a.png", "a.png", "b.png", "-c", COLOR)
    assert (status, err) == (0, "")
    header, *lines = out.splitlines()
    assert header.split() == ["a.png", "b.png", "better"]
    measures = json.loads(run("evaluate", "a.png", "a.png", "b.png", "-c", COLOR, "--json")[1])
    expected = evaluation.evaluate(photo, brighter, COLOR)
    assert [line.split()[0] for line in lines] == list(expected)
    for name, value in expected.items():
        assert measures["b.png"][name] == (pytest.approx(value) if np.isfinite(value) else None)


def test_evaluate_compares_grey_with_what_grey_can_reach(folder, run):
    grey = np.full((20, 30), round(255 * (colors.LUMA @ colors.parse_color(COLOR))), np.uint8)
    images.save("grey.png", grey)
    status, out, err = run("evaluate", "grey.png", "grey.png", "-c", COLOR, "--json")
    assert status == 0
    assert json.loads(out)["grey.png"]["color_error"] < 1 / 255
    assert "grey.png: a grey photograph is compared with the grey of the same luma, #" in err


def test_evaluate_goes_on_after_a_picture_of_another_size(folder, run, photo):
    images.save("small.png", photo[::2])
    status, out, err = run("evaluate", "a.png", "small.png", "a.png", "--json")
    assert (status, list(json.loads(out))) == (1, ["a.png"])
    assert err.startswith("colortransfer: error: small.png: original is 56x40")
