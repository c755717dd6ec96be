"""Clips from file to file: times, sound, tags, colours, and what is refused."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from colortransfer import colors
from colortransfer.errors import FileError, InputError, LossWarning
from colortransfer.transforms import BilateralGridTransform, Lut3D
from colortransfer.video import Encoding, apply_video, transfer_video

from .clip_samples import Shift, av, make_clip, read

IDENTITY = Lut3D.sample(lambda rgb: rgb, 9)
COLOR = "#5b86b4"
LOSSLESS = {"codec": "ffv1", "options": {}}


@pytest.mark.parametrize(
    "kind",
    [
        {"name": "a.mp4", "options": {"qp": "0"}, "full": True, "matrix": 1},
        {"name": "a.mkv", **LOSSLESS, "full": True, "matrix": 1},
        {"name": "b.mkv", **LOSSLESS, "matrix": 5, "curve": 6},
        {"name": "c.mkv", **LOSSLESS, "pix_fmt": "yuv420p10le", "matrix": 9, "variable": True},
        {"name": "d.mkv", **LOSSLESS, "pix_fmt": "yuv444p", "variable": True},
        {"name": "e.mkv", **LOSSLESS, "pix_fmt": "yuva420p"},
        {"name": "f.mp4", "options": {"qp": "0"}, "rotation": 90},
        {"name": "g.mkv", **LOSSLESS, "pix_fmt": "gbrp10le", "matrix": 0, "full": True},
        {"name": "h.mkv", **LOSSLESS, "pix_fmt": "bgr0", "matrix": 0, "full": True},
        {"name": "i.mkv", **LOSSLESS, "size": (33, 45)},
    ],
    ids=lambda kind: kind["name"],
)
def test_an_edit_that_changes_nothing_keeps_all(tmp_path, kind):
    kind = dict(kind)
    source = make_clip(tmp_path / kind.pop("name"), count=10, **kind)
    result = tmp_path / f"result{source.suffix}"
    apply_video(source, IDENTITY, result)
    before, after = read(source), read(result)
    assert after.times == before.times
    assert after.sound == before.sound
    assert after.sound
    assert (after.tags, after.rotation) == (before.tags, before.rotation)
    assert len(after.planes) == len(before.planes) == 10
    for new, old in zip(after.planes, before.planes, strict=True):
        for one, other in zip(new, old, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv422p10le", "gbrp10le"])
def test_the_mean_of_each_shot_is_the_color(tmp_path, pix_fmt):
    source = make_clip(tmp_path / "in.mkv", pix_fmt=pix_fmt, codec="ffv1")
    method, seen = Shift(), []
    grade = transfer_video(
        source, COLOR, tmp_path / "out.mkv", method=method, callbacks=[seen.append]
    )
    assert [shot.first for shot in grade.shots] == [0, 12]
    assert len(method.seen) == 2
    frames = read(tmp_path / "out.mkv").colors
    for shot in (frames[:12], frames[12:]):
        np.testing.assert_allclose(np.mean(shot, (0, 1, 2)), colors.parse_color(COLOR), atol=2e-3)
    assert [step.stage for step in seen] == ["looking"] * 24 + ["writing"] * 24
    assert seen[-1].done == 24


def test_the_clip_as_one_shot(tmp_path):
    source = make_clip(tmp_path / "in.mkv", codec="ffv1")
    grade = transfer_video(source, COLOR, tmp_path / "out.mkv", method=Shift(), cut=False)
    assert len(grade.shots) == 1
    frames = read(tmp_path / "out.mkv").colors
    np.testing.assert_allclose(np.mean(frames, (0, 1, 2)), colors.parse_color(COLOR), atol=2e-3)


def test_edits_change_into_each_other_between_key_frames(tmp_path):
    source = make_clip(tmp_path / "in.mkv", codec="ffv1", count=50, cut=99)
    grade = transfer_video(source, COLOR, tmp_path / "out.mkv", method=Shift(), key_seconds=0.5)
    (shot,) = grade.shots
    assert shot.times == (0.0, 0.5, 1.0, 1.5)
    before, after = read(source).colors, read(tmp_path / "out.mkv").colors
    np.testing.assert_allclose(np.mean(after, (0, 1, 2)), colors.parse_color(COLOR), atol=3e-3)
    change = np.mean(np.array(after) - before, (1, 2))
    steps = np.abs(np.diff(change, axis=0)).max(1)
    at_keys = [steps[round(25 * time) - 1] for time in shot.times[1:]]
    assert max(at_keys) <= 1.5 * np.median(steps) + 1e-3


def test_strength_is_between_the_clip_and_the_edit(tmp_path):
    source = make_clip(tmp_path / "in.mkv", codec="ffv1", count=4, pix_fmt="gbrp10le")
    white = Lut3D(np.ones((2, 2, 2, 3)))
    apply_video(source, white, tmp_path / "out.mkv", strength=0.25)
    before, after = np.array(read(source).colors), np.array(read(tmp_path / "out.mkv").colors)
    np.testing.assert_allclose(after, before + 0.25 * (1 - before), atol=0.6 / 255)


def test_the_encoding_is_as_the_source_s_or_as_asked(tmp_path):
    source = make_clip(tmp_path / "in.mp4", count=6, options={"crf": "31"})
    apply_video(source, IDENTITY, tmp_path / "same.mp4")
    assert b"crf=31.0" in (tmp_path / "same.mp4").read_bytes()
    asked = Encoding(codec="mpeg4", quality=3, pix_fmt="yuv420p")
    apply_video(source, IDENTITY, tmp_path / "other.mp4", encoding=asked)
    apply_video(
        source,
        IDENTITY,
        tmp_path / "deep.mp4",
        encoding=Encoding(quality=20, pix_fmt="yuv420p10le"),
    )
    with av.open(str(tmp_path / "other.mp4")) as other, av.open(str(tmp_path / "deep.mp4")) as deep:
        assert other.streams.video[0].codec_context.name == "mpeg4"
        assert deep.streams.video[0].codec_context.pix_fmt == "yuv420p10le"


@pytest.mark.parametrize(("curve", "name"), [(16, "PQ"), (18, "HLG")])
def test_hdr_is_refused(tmp_path, curve, name):
    source = make_clip(
        tmp_path / "in.mp4", count=3, pix_fmt="yuv420p10le", matrix=9, curve=curve, audio=False
    )
    with pytest.raises(InputError, match=f"is HDR, {name}.*tone map"):
        apply_video(source, IDENTITY, tmp_path / "out.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


def test_what_cannot_be_done_is_said_in_one_line(tmp_path):
    source = make_clip(tmp_path / "in.mp4", count=3)
    text = tmp_path / "text.mp4"
    text.write_text("no clip")
    grid = BilateralGridTransform(np.zeros((1, 1, 2, 3, 4)))

    class Local(Shift):
        def fit(self, image, target):
            edit = super().fit(image, target)
            return type(edit)(edit.image, grid)

    nowhere = tmp_path / "none" / "out.mp4"
    calls = {
        "cannot read": lambda: apply_video(text, IDENTITY, tmp_path / "out.mp4"),
        "no such file|No such file": lambda: apply_video("none.mp4", IDENTITY, tmp_path / "o.mp4"),
        "its folder does not exist": lambda: apply_video(source, IDENTITY, nowhere),
        "overwrite its source": lambda: apply_video(source, IDENTITY, source),
        "not of one kind": lambda: apply_video(source, IDENTITY, tmp_path / "%d.png"),
        "no encoder for nonsense": lambda: apply_video(
            source, IDENTITY, tmp_path / "out.mp4", encoding=Encoding(codec="nonsense")
        ),
        "cannot hold": lambda: apply_video(source, IDENTITY, tmp_path / "out.webm"),
        "strength must be": lambda: apply_video(source, IDENTITY, tmp_path / "o.mp4", strength=2),
        "key_seconds": lambda: transfer_video(source, COLOR, tmp_path / "o.mp4", key_seconds=0),
        "depend on the place": lambda: transfer_video(
            source, COLOR, tmp_path / "o.mp4", method=Local()
        ),
    }
    for message, call in calls.items():
        with pytest.raises((InputError, FileError), match=message) as caught:
            call()
        assert "\n" not in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.mp4", "text.mp4"]


def test_an_interruption_leaves_what_was_there(tmp_path):
    source = make_clip(tmp_path / "in.mp4")
    result = tmp_path / "out.mp4"
    result.write_bytes(b"as before")

    def stop(progress):
        if progress.done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply_video(source, IDENTITY, result, callbacks=[stop])
    assert result.read_bytes() == b"as before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.mp4", "out.mp4"]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_kill_9_leaves_no_part_under_the_name(tmp_path):
    source = make_clip(tmp_path / "in.mp4", count=60)
    IDENTITY.save(tmp_path / "edit.npz")
    words = ["apply", str(tmp_path / "edit.npz"), str(source), "-o", str(tmp_path / "out.mp4")]
    for moment in np.linspace(0.05, 3.0, 20):
        process = subprocess.Popen([sys.executable, "-m", "colortransfer", *words])
        time.sleep(moment)
        process.kill()
        process.wait()
        if (tmp_path / "out.mp4").exists():
            assert read(tmp_path / "out.mp4").times == read(source).times
            os.unlink(tmp_path / "out.mp4")


def test_streams_that_fit_nowhere_are_named(tmp_path):
    source = tmp_path / "in.mkv"
    with av.open(str(source), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 16, 16, "yuv420p"
        container.add_attachment("note.txt", "text/plain", b"words")
        frame = av.VideoFrame.from_ndarray(np.full((16, 16, 3), 90, np.uint8), format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.warns(LossWarning, match="attachment stream 1.*left out"):
        apply_video(source, IDENTITY, tmp_path / "out.avi")
