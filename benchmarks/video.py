"""Clips of 1920 x 1080: speed, memory, flicker and means.

    python -m benchmarks.video [--parts render,whole,memory,quality] [--frames 300]

The clip is made here: a pattern that moves, a cut, a fade, a tone. ``whole`` runs the command and a
plain decoding and encoding by PyAV with the same settings in turns. Each part runs in a process of
its own; seconds are by the clock and by the processors, which others disturb less.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from colortransfer import colors, evaluation
from colortransfer.transforms import Lut3D
from colortransfer.video import apply_video, transfer_video
from colortransfer.video.planes import FrameEditor, sampled

from . import common

COLOR = "#5b86b4"
RATE = 25
PLAIN = """
import sys, av
with av.open(sys.argv[1]) as source, av.open(sys.argv[2], "w") as result:
    stream, crf = source.streams.video[0], {"crf": "23.0"}
    stream.thread_type = "AUTO"
    new = result.add_stream("libx264", rate=25, options=crf)
    new.width, new.height, new.pix_fmt = stream.width, stream.height, "yuv420p"
    new.codec_context.time_base = stream.time_base
    for frame in source.decode(stream):
        frame.pict_type = 0
        result.mux(new.encode(frame))
    result.mux(new.encode(None))
"""


def pattern(number: int, count: int, height: int, width: int) -> np.ndarray:
    """A frame of waves that move; the second half has others, which fade to dark."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    rgb = np.stack(
        [
            120 + 80 * np.sin((x + 9 * number) / 90),
            100 + 60 * np.cos((y - 5 * number) / 70),
            90 + 50 * np.sin((x + y) / 160 + number / 9),
        ],
        -1,
    )
    if number >= count // 2:
        rgb = rgb[::-1, :, [2, 0, 1]] * (1.5 - number / count) + 15
    return np.clip(rgb, 0, 255).astype(np.uint8)


def make(path: Path, frames: int) -> Path:
    """The clip, with a tone beside it."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"crf": "23"})
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        context = stream.codec_context
        context.color_range, context.colorspace = 1, 1
        context.color_primaries, context.color_trc = 1, 1
        context.time_base = Fraction(1, RATE)
        sound = container.add_stream("aac", rate=44100)
        for number in range(frames):
            rgb = pattern(number, frames, 1080, 1920)
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(
                format="yuv420p", dst_colorspace=1, src_color_range=2, dst_color_range=1
            )
            frame.color_range, frame.colorspace, frame.pts = 1, 1, number
            frame.time_base = context.time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        for start in range(0, 44100 * frames // RATE - 1024, 1024):
            tone = np.sin(np.arange(start, start + 1024) / 20)[None].astype(np.float32)
            piece = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
            piece.sample_rate, piece.pts = 44100, start
            container.mux(sound.encode(piece))
        container.mux(sound.encode(None))
    return path


def bent() -> Lut3D:
    return Lut3D.sample(lambda rgb: rgb ** [1.2, 1.0, 0.8], 9)


def render(options: argparse.Namespace) -> dict[str, float]:
    """Frames a second of the edit alone."""
    with tempfile.TemporaryDirectory() as folder:
        clip = make(Path(folder) / "clip.mp4", 12)
        with av.open(str(clip)) as container:
            frames = list(container.decode(video=0))
    edit, editor = bent(), FrameEditor(1.0)
    editor.edited(frames[0], edit)
    clock, processor = [], []
    for frame in frames * 10:
        began, spent = time.perf_counter(), time.process_time()
        editor.edited(frame, edit)
        clock.append(time.perf_counter() - began)
        processor.append(time.process_time() - spent)
    return {
        "frames_a_second": 1 / float(np.median(clock)),
        "processor_seconds_a_frame": float(np.median(processor)),
    }


def _timed(words: list[str]) -> tuple[float, float]:
    """Seconds by the clock and of the processors, of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(words, check=True, capture_output=True)
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def whole(options: argparse.Namespace) -> dict[str, float]:
    """The commands beside a plain decoding and encoding, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        clip = str(make(Path(folder) / "clip.mp4", options.frames))
        bent().save(Path(folder) / "edit.npz")
        tool = [sys.executable, "-m", "colortransfer"]
        result = f"{folder}/result.mp4"
        commands = {
            "plain": [sys.executable, "-c", PLAIN, clip, result],
            "video": [*tool, "video", clip, "-c", COLOR, "-o", result],
            "apply": [*tool, "apply", f"{folder}/edit.npz", clip, "-o", result],
        }
        rounds = [
            {n: _timed(words) for n, words in commands.items()} for _ in range(options.rounds)
        ]
    figures: dict[str, float] = {"frames": options.frames}
    for name in commands:
        figures[f"{name}_seconds"] = min(found[name][0] for found in rounds)
        figures[f"{name}_processor"] = min(found[name][1] for found in rounds)
    for name in ("video", "apply"):
        figures[f"{name}_speed_of_plain"] = figures["plain_seconds"] / figures[f"{name}_seconds"]
        share = figures["plain_processor"] / figures[f"{name}_processor"]
        figures[f"{name}_speed_of_plain_processor"] = share
    return figures


def _peak(clip: Path, result: Path) -> float:
    apply_video(clip, bent(), result)
    return common.peak() / 1e6


def memory(options: argparse.Namespace) -> dict[str, float]:
    """Peak memory of an edit of so many frames, and of twice as many."""
    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, frames in (("once", options.frames), ("twice", 2 * options.frames)):
            clip = make(Path(folder) / "clip.mp4", frames)
            figures[f"peak_mb_{name}"] = common.alone(_peak, clip, Path(folder) / "result.mp4")
    return {**figures, "growth": figures["peak_mb_twice"] / figures["peak_mb_once"]}


def _frames(path: Path, step: int) -> Any:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield sampled(frame, step, (0, 0))


def quality(options: argparse.Namespace) -> dict[str, float]:
    """Flicker of the clip and of the result, and how far the means of shots are from the colour."""
    with tempfile.TemporaryDirectory() as folder:
        clip, result = make(Path(folder) / "clip.mp4", options.frames), Path(folder) / "result.mp4"
        grade = transfer_video(clip, COLOR, result)
        black: Callable[[], Any] = lambda: (0 * frame for frame in _frames(clip, 4))  # noqa: E731
        figures = {
            "flicker_source": evaluation.flicker(black(), _frames(clip, 4)),
            "flicker_result": evaluation.flicker(black(), _frames(result, 4)),
            "flicker_of_the_change": evaluation.flicker(_frames(clip, 4), _frames(result, 4)),
        }
        means = np.array([frame.mean((0, 1)) for frame in _frames(result, 1)])
    starts = [*(shot.first for shot in grade.shots), len(means)]
    errors = [
        np.abs(means[first:last].mean(0) - colors.parse_color(COLOR)).max()
        for first, last in itertools.pairwise(starts)
    ]
    ratio = figures["flicker_result"] / figures["flicker_source"]
    return {
        **figures,
        "flicker_ratio": ratio,
        "shots": len(errors),
        "mean_error_levels": 255 * float(max(errors)),
    }


PARTS = {"render": render, "whole": whole, "memory": memory, "quality": quality}
OPTIONS = {
    "--frames": {"type": int, "default": 300},
    "--rounds": {"type": int, "default": 1},
}

if __name__ == "__main__":
    common.main("video", __doc__, PARTS, OPTIONS, processes=True)
