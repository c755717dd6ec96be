"""Clips that the tests make, and what is read back of them."""

from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest

from colortransfer.edit import Edit
from colortransfer.transforms import Lut3D

av = pytest.importorskip("av")
SIZE = (48, 64)


def frame_colors(number, count, *, cut, height, width):
    """A pattern that moves; from ``cut`` on another one, that fades to dark."""
    y, x = np.mgrid[:height, :width]
    red = 120 + 80 * np.sin((x + number * width / 64) * 9 / width)
    green = 100 + 60 * np.cos((y - number * height / 48) * 7 / height)
    blue = 90 + 50 * np.sin((x + y) * 5 / width + number / 9)
    rgb = np.stack([red, green, blue], -1)
    if number >= cut:
        rgb = rgb[::-1, :, [2, 0, 1]] * (1 - 0.8 * (number - cut) / max(1, count - cut)) * 0.9 + 15
    return np.clip(rgb, 0, 255).astype(np.uint8)


def make_clip(
    path,
    *,
    count=24,
    cut=12,
    size=SIZE,
    codec="libx264",
    pix_fmt="yuv420p",
    full=False,
    matrix=1,
    curve=1,
    variable=False,
    audio=True,
    options=None,
    rotation=0,
):
    """A clip of 25 frames a second, with a tone beside it."""
    rate = 25
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, options=options or {})
        stream.height, stream.width = size
        stream.pix_fmt = pix_fmt
        context = stream.codec_context
        context.color_range = 2 if full else 1
        context.colorspace, context.color_primaries, context.color_trc = matrix, matrix, curve
        context.time_base = Fraction(1, 1000) if variable else Fraction(1, rate)
        if rotation:
            stream.set_display_rotation(rotation)
        sound = container.add_stream("aac", rate=44100) if audio else None
        time = 0
        for number in range(count):
            rgb = frame_colors(number, count, cut=cut, height=size[0], width=size[1])
            picture = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(
                format=pix_fmt,
                dst_colorspace=matrix if matrix != 9 else 1,
                src_color_range=2,
                dst_color_range=context.color_range,
            )
            picture.color_range, picture.colorspace = context.color_range, matrix
            picture.pts, picture.time_base = time, context.time_base
            time += 40 + number % 3 * 7 if variable else 1
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
        if sound:
            tone = np.sin(np.arange(int(44100 * time * context.time_base)) / 20) * 0.3
            for start in range(0, len(tone) - 1024, 1024):
                samples = tone[None, start : start + 1024].astype(np.float32)
                piece = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
                piece.sample_rate, piece.pts = 44100, start
                container.mux(sound.encode(piece))
            container.mux(sound.encode(None))
    return path


class Read(NamedTuple):
    """Times in seconds, planes, colours, the packets of sound, tags, and the rotation."""

    times: list
    planes: list
    colors: list
    sound: list
    tags: tuple
    rotation: int


def read(path):
    """What a clip holds."""
    from colortransfer.video.planes import planes_of, sampled

    times, planes, colors, sound, tags, rotation = [], [], [], [], (), 0
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        for packet in container.demux():
            if packet.stream.index != stream.index:
                if packet.size:
                    sound.append((packet.pts * packet.time_base, bytes(packet)))
                continue
            for frame in packet.decode():
                times.append(frame.pts * frame.time_base)
                planes.append([plane.copy() for plane in planes_of(frame)])
                colors.append(sampled(frame, 1, (0, 0)))
                rotation = frame.rotation
                tags = (
                    frame.format.name,
                    int(frame.color_range),
                    int(frame.colorspace),
                    int(stream.codec_context.color_primaries),
                    int(stream.codec_context.color_trc),
                )
    return Read(times, planes, colors, sound, tags, rotation)


class Shift:
    """A method that fits in no time: a gamma towards the colour, as a table."""

    def __init__(self):
        self.seen = []

    def fit(self, image, target):
        self.seen.append(image)
        mean = image.mean((0, 1))
        power = np.log(np.array(target)) / np.log(np.clip(mean, 0.02, 0.98))
        return Edit(image, Lut3D.sample(lambda colors: colors**power, 9))
