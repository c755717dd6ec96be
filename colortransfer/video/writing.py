"""Clips written through PyAV: coded as another one is, with its other streams as they were."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import re
import warnings
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..core.atomic import replacing
from ..errors import InputError, LossWarning
from .planes import FULL_RANGE
from .reading import Clip, pyav, told

# Encoders by the name of what they encode.
ENCODERS = {
    "h264": "libx264",
    "hevc": "libx265",
    "vp8": "libvpx",
    "vp9": "libvpx-vp9",
    "av1": "libsvtav1",
    "prores": "prores_ks",
}
# How each encoder is told a quality, and one that is hard to tell from the source.
QUALITY = {
    "libx264": ("crf", 18),
    "libx265": ("crf", 20),
    "libvpx-vp9": ("crf", 24),
    "libvpx": ("crf", 8),
    "libsvtav1": ("crf", 24),
    "mpeg4": ("qscale", 3),
    "mpeg2video": ("qscale", 3),
    "mjpeg": ("qscale", 2),
}
LOSSLESS = ("ffv1", "huffyuv", "ffvhuff", "utvideo", "png", "rawvideo", "qtrle")
# x264 and x265 leave the settings that they were run with in the first packet.
SETTINGS = re.compile(rb"x26[45].{0,4000}?rc=(crf|cqp).{0,400}?(?:crf|qp)=([0-9.]+)", re.DOTALL)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Encoding:
    """How a clip is encoded.

    Attributes
    ----------
    codec
        FFmpeg's name of a codec or an encoder, such as "hevc"; None: the source's.
    quality
        The encoder's own number (CRF or, of MPEG-4 and MJPEG, quantiser), lower is better; None:
        as the source was made where it says so (x264 and x265 do), or its bit rate.
    pix_fmt
        FFmpeg's name of a pixel format; None: the source's.

    Examples
    --------
    >>> Encoding(codec="hevc", quality=20).quality
    20
    """

    codec: str | None = None
    quality: float | None = None
    pix_fmt: str | None = None

    def encoder(self, clip: Clip) -> str:
        """The name of the encoder; InputError if there is none."""
        av = pyav()
        asked = self.codec or clip.stream.codec_context.codec.canonical_name
        name = ENCODERS.get(asked, asked)
        try:
            av.Codec(name, "w")
        except (ValueError, av.error.FFmpegError) as error:
            raise InputError(f"no encoder for {asked}; choose a codec such as h264") from error
        return name

    def options(self, clip: Clip, encoder: str) -> tuple[dict[str, str], int | None]:
        """The encoder's options, and a bit rate where it is told one."""
        key, usual = QUALITY.get(encoder, ("", 0))
        quality = self.quality
        if encoder in LOSSLESS or encoder == "prores_ks":
            return {}, None
        if quality is None and self.codec is None:
            if (found := settings_of(clip)) is not None:
                return found, None
            if clip.stream.codec_context.bit_rate:
                return {}, int(clip.stream.codec_context.bit_rate)
        if not key:
            return {}, clip.stream.codec_context.bit_rate or None
        value = usual if quality is None else quality
        if key == "qscale":
            return {"flags": "+qscale", "global_quality": str(round(118 * value))}, None
        return {key: f"{value:g}", **({"b": "0"} if encoder.startswith("libvpx") else {})}, None


def settings_of(clip: Clip) -> dict[str, str] | None:
    """The quality that x264 or x265 wrote into a clip that they made; None: they did not."""
    context = clip.stream.codec_context
    if context.codec.canonical_name not in ENCODERS:
        return None
    found = SETTINGS.search(clip.beginning)
    if found is None:
        return None
    return {"crf" if found[1] == b"crf" else "qp": found[2].decode()}


@dataclasses.dataclass(frozen=True, eq=False)
class Writer:
    """A clip that is being written."""

    path: Path
    container: Any
    stream: Any
    others: dict[int, Any]  # streams that are copied, by their number in the source
    pix_fmt: str

    def frame(self, frame: Any) -> None:
        """Encode a frame."""
        if frame.format.name != self.pix_fmt:
            frame = reformatted(frame, self.pix_fmt)
        with told(self.path, "write"):
            self.container.mux(self.stream.encode(frame))

    def packet(self, packet: Any) -> None:
        """Copy a packet of another stream."""
        if packet.dts is None and packet.pts is None:
            return
        packet.stream = self.others[packet.stream.index]
        with told(self.path, "write"):
            self.container.mux(packet)

    def finish(self) -> None:
        """Encode what the encoder still holds."""
        with told(self.path, "write"):
            self.container.mux(self.stream.encode(None))


def reformatted(frame: Any, pix_fmt: str) -> Any:
    """A frame in another pixel format with the same matrix and range."""
    tags = {
        "src_color_range": frame.color_range,
        "dst_color_range": frame.color_range,
        "src_colorspace": frame.colorspace,
        "dst_colorspace": frame.colorspace,
    }
    result = frame.reformat(format=pix_fmt, **tags)
    result.pts, result.time_base = frame.pts, frame.time_base
    return result


@contextlib.contextmanager
def created(path: str | Path, clip: Clip, encoding: Encoding) -> Iterator[Writer]:
    """A clip to be written, which has its name once the block has ended without an error."""
    av = pyav()
    encoder = encoding.encoder(clip)
    with replacing(path) as temporary:
        with told(path, "write"):
            container = av.open(str(temporary), "w")
        try:
            with contextlib.closing(container):
                stream = _like(clip, container, encoder, encoding, path)
                others = _copied(clip, container, path)
                container.metadata.update(clip.container.metadata)
                if chapters := clip.container.chapters():
                    container.set_chapters(chapters)
                with told(path, "write"):
                    container.start_encoding()
                yield Writer(Path(path), container, stream, others, stream.codec_context.pix_fmt)
        except av.error.FFmpegError as error:
            raise InputError(f"cannot write {path}: {error.strerror or error}") from error


def _like(clip: Clip, container: Any, encoder: str, encoding: Encoding, path: str | Path) -> Any:
    """A stream of frames like the clip's own."""
    source, context = clip.stream, clip.stream.codec_context
    options, bit_rate = encoding.options(clip, encoder)
    rate = source.average_rate or source.guessed_rate or Fraction(25)
    try:
        stream = container.add_stream(encoder, rate=rate, options=options)
    except ValueError as error:
        raise InputError(f"{path} cannot hold {encoder}; choose .mkv, or another codec") from error
    target = stream.codec_context
    target.width, target.height = context.width, context.height
    full = context.pix_fmt.startswith("yuvj") or int(context.color_range) == FULL_RANGE
    target.pix_fmt = encoding.pix_fmt or context.pix_fmt.replace("yuvj", "yuv")
    if encoder == "mjpeg" and full:
        target.pix_fmt = target.pix_fmt.replace("yuv4", "yuvj4")
    target.color_range = FULL_RANGE if full else context.color_range
    for name in ("colorspace", "color_primaries", "color_trc"):
        setattr(target, name, getattr(context, name))
    if context.sample_aspect_ratio:
        target.sample_aspect_ratio = context.sample_aspect_ratio
    target.time_base = stream.time_base = source.time_base
    target.thread_type = "AUTO"
    target.thread_count = 0
    if bit_rate:
        target.bit_rate = bit_rate
    if rotation := clip.rotation:
        stream.set_display_rotation(rotation)
    _keep_tags(source, stream)
    return stream


def _keep_tags(source: Any, stream: Any) -> None:
    stream.metadata.update({k: v for k, v in source.metadata.items() if k.lower() != "encoder"})
    with contextlib.suppress(AttributeError, ValueError):
        stream.disposition = source.disposition


def _copied(clip: Clip, container: Any, path: str | Path) -> dict[int, Any]:
    """The streams of the new container that take the packets of the clip's others."""
    others: dict[int, Any] = {}
    for source in clip.container.streams:
        if source.index == clip.stream.index:
            continue
        kind = f"{source.type} stream {source.index}"
        if not _holds(container.format.name, source):
            if source.type in ("video", "audio", "subtitle"):
                raise InputError(f"{path} cannot hold the {kind} of {clip.path}; choose .mkv")
            message = f"the {kind} of {clip.path} is left out: {path} cannot hold it"
            warnings.warn(message, LossWarning, stacklevel=2)
            continue
        stream = container.add_stream_from_template(source)
        stream.time_base = source.time_base
        _keep_tags(source, stream)
        others[source.index] = stream
    return others


def _holds(kind: str, source: Any) -> bool:
    """Whether a container of this kind takes a stream; tried out, for some say so only then."""
    av = pyav()
    try:
        with av.open(io.BytesIO(), "w", format=kind) as container:
            container.add_stream_from_template(source)
            container.start_encoding()
    except (ValueError, av.error.FFmpegError):
        return False
    return True
