"""Sequences of images, and the commands."""

import subprocess
import sys

import numpy as np
import pytest

from colortransfer import cli, colors, images
from colortransfer.errors import FileError
from colortransfer.transforms import Lut3D
from colortransfer.video import Encoding, apply_video, transfer_video

from .clip_samples import Shift, av, frame_colors, make_clip, read

NEGATIVE = Lut3D.sample(lambda rgb: 1 - rgb, 5)


@pytest.fixture
def frames(tmp_path):
    """The pattern of 16 images, cut in the middle, numbered from 3."""
    (tmp_path / "in").mkdir()
    for number in range(16):
        rgb = frame_colors(number, 16, cut=8, height=36, width=48)
        images.save(tmp_path / "in" / f"{number + 3:04d}.png", rgb)
    return tmp_path / "in" / "%04d.png"


def test_a_sequence_reaches_the_color_in_each_shot(tmp_path, frames):
    grade = transfer_video(frames, "#5b86b4", tmp_path / "out" / "f%03d.tif", method=Shift())
    assert [shot.first for shot in grade.shots] == [0, 8]
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == [f"f{number:03d}.tif" for number in range(3, 19)]
    results = [images.load(tmp_path / "out" / name) / 255 for name in names]
    for shot in (results[:8], results[8:]):
        mean = np.mean(shot, (0, 1, 2))
        np.testing.assert_allclose(mean, colors.parse_color("#5b86b4"), atol=2e-3)


def test_frames_of_sequences_keep_their_depth(tmp_path):
    deep = np.random.default_rng(0).integers(0, 65536, (9, 8, 3)).astype(np.uint16)
    images.save(tmp_path / "1.png", deep)
    apply_video(tmp_path / "%d.png", NEGATIVE, tmp_path / "new%d.png")
    np.testing.assert_array_equal(images.load(tmp_path / "new1.png"), 65535 - deep)


def test_sequences_that_are_none(tmp_path, frames):
    with pytest.raises(FileError, match="no file fits"):
        apply_video(tmp_path / "none%d.png", NEGATIVE, tmp_path / "o%d.png")
    with pytest.raises(ValueError, match="has no codec"):
        apply_video(frames, NEGATIVE, tmp_path / "o%d.png", encoding=Encoding(codec="ffv1"))


def test_the_command_applies_an_edit_to_a_clip(tmp_path, capsys):
    source = make_clip(tmp_path / "in.mkv", codec="ffv1", count=5)
    NEGATIVE.to_cube(tmp_path / "edit.cube", 5)
    words = ["apply", str(tmp_path / "edit.cube"), str(source), "-o", str(tmp_path / "out.mkv")]
    assert cli.main(words) == 0
    assert "out.mkv: done" in capsys.readouterr().out
    before, after = np.array(read(source).colors), np.array(read(tmp_path / "out.mkv").colors)
    assert np.abs(after.mean((1, 2)) - (1 - before).mean((1, 2))).max() < 0.01
    with av.open(str(tmp_path / "out.mkv")) as container:
        assert container.streams.video[0].codec_context.name == "ffv1"


def test_the_command_for_clips(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("colortransfer.feature_matcher.FeatureMatcher", Shift)
    source = make_clip(tmp_path / "in.mp4", count=24)
    result = tmp_path / "out.mp4"
    words = ["video", str(source), "-c", "#5b86b4", "-o", str(result), "--crf", "12"]
    assert cli.main(words) == 0
    assert "out.mp4: 2 shots" in capsys.readouterr().out
    mean = np.mean(read(result).colors, (0, 1, 2))
    np.testing.assert_allclose(mean, colors.parse_color("#5b86b4"), atol=4e-3)


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["apply", "e.npz", "a.mp4", "b.mp4", "-o", "c.mp4"], 2, "give one INPUT"),
        (["apply", "e.npz", "a.mp4", "--in-place"], 2, "-o for the result"),
        (["apply", "e.npz", "a.png", "-o", "b.png", "--crf", "3"], 2, "are for clips"),
        (["video", "a.mp4", "-c", "teal", "-o", "none/b.mp4"], 1, "folder does not exist"),
        (["video", "a.mp4", "-c", "teal", "-o", "a.mp4"], 2, "would overwrite an input"),
        (["video", "a.mp4", "-c", "teal", "-o", "b.mp4"], 1, "cannot read a.mp4"),
    ],
)
def test_command_lines_that_cannot_be(tmp_path, monkeypatch, capsys, words, status, message):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("colortransfer.feature_matcher.FeatureMatcher", Shift)
    assert cli.main(words) == status
    assert message in capsys.readouterr().err


def test_without_pyav_there_is_one_line():
    program = """
import sys
sys.modules["av"] = None
from colortransfer.errors import MissingDependencyError
from colortransfer.transforms import Lut3D
from colortransfer.video import apply_video
try:
    apply_video("a.mp4", Lut3D.sample(lambda x: x, 2), "b.mp4")
except MissingDependencyError as error:
    assert str(error) == "video needs PyAV; install it with pip install 'colortransfer[video]'"
else:
    raise SystemExit(1)
assert "tensorflow" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
