"""What every transform can do: be applied, blended, compared, saved, loaded, exported."""

from __future__ import annotations

import dataclasses
import numbers
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ..core.array_files import HEADER, read_arrays, save_arrays, take_header
from ..core.threads import in_threads
from ..errors import FileError, InputError
from ..images.canvas import Canvas, as_canvas
from ..images.strips import strips
from ..typing import Color, ColorList, ImageLike, Images, Mask, Pixels
from .cube import sampled, write_cube

FILE_KIND = "transform"  # in the header of files


@dataclasses.dataclass(frozen=True, eq=False)
class Transform(ABC):
    """An edit of colours. Subclasses are frozen dataclasses of arrays, words, and other edits.

    Transforms are equal when they are of one kind and their arrays hold the same values.

    Attributes
    ----------
    kind
        The name of the subclass in files.
    dtype
        Type of its arrays: float32, or float64 where an edit is computed so.

    Examples
    --------
    >>> from colortransfer.transforms import AffineTransform
    >>> darker = AffineTransform(0.5 * np.eye(3), np.zeros(3))
    >>> bool(darker.apply(photo).mean() < photo.mean())
    True
    >>> darker == AffineTransform(np.eye(3), np.zeros(3))
    False
    """

    kind: ClassVar[str]
    dtype: ClassVar[type[np.floating]] = np.float32
    _kinds: ClassVar[dict[str, type[Transform]]] = {}
    _readers: ClassVar[dict[str, Callable[[str | Path], Transform]]] = {}  # other files, by suffix

    def __init_subclass__(cls) -> None:
        if "kind" in vars(cls):
            Transform._kinds[cls.kind] = cls
        # Or a subclass that is a plain dataclass would get a comparison of tuples of arrays.
        cls.__eq__, cls.__hash__ = Transform.__eq__, Transform.__hash__  # type: ignore[method-assign]

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if str(field.type).startswith("tuple"):
                value = tuple(value)
            else:
                value = str(value) if field.type == "str" else self._array(value, field.name)
            object.__setattr__(self, field.name, value)
        self._check()

    def _array(self, value: Any, name: str) -> np.ndarray:
        array = np.array(value, self.dtype)
        if not np.isfinite(array).all():
            raise InputError(f"{type(self).__name__}.{name} must be finite")
        return array

    def _values(self) -> dict[str, Any]:
        """Arrays and words by name; those of the edits in a tuple as ``field.0.name``."""
        values: dict[str, Any] = {}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, tuple):
                values[field.name] = value
                continue
            for number, inner in enumerate(value):
                own = {"kind": inner.kind, **inner._values()}
                values |= {f"{field.name}.{number}.{name}": x for name, x in own.items()}
        return values

    @staticmethod
    def _of(kind: str, values: dict[str, Any]) -> Transform:
        """The edit of a kind with these `_values`."""
        own: dict[str, Any] = {}
        inner: dict[str, dict[int, dict[str, Any]]] = {}
        for key, value in values.items():
            name, dot, rest = key.partition(".")
            if dot:
                number, _, rest = rest.partition(".")
                inner.setdefault(name, {}).setdefault(int(number), {})[rest] = value
            else:
                own[name] = value
        for name, edits in inner.items():
            parts = (edits[number] for number in sorted(edits))
            own[name] = tuple(Transform._of(str(part.pop("kind")), part) for part in parts)
        return Transform._kinds[kind](**own)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        assert isinstance(other, Transform)
        ours, theirs = self._values(), other._values()
        return list(ours) == list(theirs) and all(
            map(np.array_equal, ours.values(), theirs.values())
        )

    def __hash__(self) -> int:
        # 0 and -0 are equal but have different bytes, unless 0 is added to them.
        values = (x if isinstance(x, str) else (x + 0.0).tobytes() for x in self._values().values())
        return hash((self.kind, *values))

    @abstractmethod
    def _check(self) -> None:
        """Raise InputError if the arrays do not have the right shapes."""

    @abstractmethod
    def render_rows(self, rgb: Pixels, top: int, height: int) -> Pixels:
        """New values (rows, W, 3) of ``rgb``: rows ``top`` ... of an image ``height`` rows high.

        Of an edit with a `margin`, so many rows are inexact where ``rgb`` ends inside of the image.
        """

    def margin(self, size: tuple[int, int]) -> int:
        """Rows above and below a pixel that its edit looks at, in a picture of ``size`` (H, W)."""
        return 0

    def draw(self, read: Callable[[slice], Pixels], rows: slice, size: tuple[int, int]) -> Pixels:
        """New values of these rows of a picture of ``size`` (H, W), whose rows ``read`` gives."""
        margin = self.margin(size)
        if not margin:
            return self.render_rows(read(rows), rows.start, size[0])
        wide = slice(max(0, rows.start - margin), min(size[0], rows.stop + margin))
        drawn = self.render_rows(read(wide), wide.start, size[0])
        return drawn[rows.start - wide.start : rows.stop - wide.start]

    def render_tensor(self, images: Images) -> Images:
        """New values of a float32 tensor (N, H, W, 3), sRGB in [0, 1]; they may leave the range.

        Kinds that have a renderer in TensorFlow stay on the tensor's device and are differentiable
        in the images. By default numpy renders, for kinds that have none.
        """
        import tensorflow as tf

        return tf.stack([tf.constant(self.render(image)) for image in images.numpy()])

    @abstractmethod
    def shifted(self, shift: Color) -> Transform:
        """This transform followed by the addition of ``shift`` (3,)."""

    def render(self, rgb: Pixels) -> Pixels:
        """New values of a float32 image (H, W, 3); they may leave [0, 1]."""
        height, width = rgb.shape[:2]
        result = np.empty(rgb.shape, np.float32)

        def strip(rows: slice) -> None:
            result[rows] = self.draw(rgb.__getitem__, rows, (height, width))

        for _ in in_threads(strip, strips(height, width, margin=self.margin((height, width)))):
            pass
        return result

    def apply(self, image: ImageLike, strength: Any = 1.0) -> Any:
        """The image after the edit.

        Parameters
        ----------
        image
            Any image that ``FeatureMatcher.transfer`` accepts, of any size. Tensors (H, W, C) and
            batches of them (N, H, W, C) are rendered by TensorFlow, on their device, and
            differentiably.
        strength
            0 leaves the image as it is, 1 applies the edit, values between blend.

        Returns
        -------
        Same type, dtype and shape as ``image``.
        """
        if not (isinstance(strength, numbers.Real) and 0 <= float(strength) <= 1):
            raise InputError(f"strength must be between 0 and 1, not {strength!r}")
        share = float(strength)
        if _is_tensor(image) and len(image.shape) > 2:
            from ..rendering import apply_to_tensor

            return apply_to_tensor(self.render_tensor, image, share)
        return self._applied(as_canvas(image), share)

    def touched(self, rows: slice, size: tuple[int, int]) -> Mask | None:
        """Which pixels (n, W) of these rows of a picture (H, W) can change; None: all of them.

        Of all others the very bytes are kept.
        """
        return None

    def redraw(self, canvas: Canvas, *, strength: float = 1.0) -> Any:
        """The edited image of a canvas, row by row."""
        return canvas.rebuild(
            lambda rows: self.draw(canvas.rows, rows, canvas.size),
            strength=strength,
            touched=lambda rows: self.touched(rows, canvas.size),
            margin=self.margin(canvas.size),
        )

    def _applied(self, canvas: Canvas, strength: float) -> Any:
        return self.redraw(canvas, strength=strength)

    def save(self, path: str | Path) -> None:
        """Write the edit as a ``.npz`` of plain arrays, atomically."""
        header = {"kind": FILE_KIND, "transform": self.kind}
        save_arrays(path, self._values(), header, compress=True)

    @staticmethod
    def load(path: str | Path) -> Transform:
        """Read an edit that :meth:`save` wrote, or a ``.cube`` table of another program.

        Nothing is unpickled; arrays are checked. FileError if it is neither.
        """
        if read := Transform._readers.get(Path(path).suffix.lower()):
            return read(path)
        arrays = read_arrays(path)
        if HEADER not in arrays and "kind" in arrays:  # as version 0.1 wrote it
            kind = str(arrays.pop("kind"))
        else:
            kind = take_header(arrays, [FILE_KIND], str(path)).get("transform", "")
        try:
            return Transform._of(kind, arrays)
        except InputError:
            raise
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise FileError(f"{path} is not a saved transform") from error

    def to_cube(self, path: str | Path, size: int = 33) -> None:
        """Write the edit as a ``.cube`` look-up table (Adobe/Iridas 1.0), atomically.

        A table knows colours but not places: an edit that depends on the place is averaged over the
        picture. Values are clipped to [0, 1].
        """
        write_cube(path, sampled(self.map_colors, size))

    def map_colors(self, colors: ColorList) -> ColorList:
        """What becomes of single colours (N, 3); edits that depend on the place are averaged."""
        return self.render_rows(np.asarray(colors, np.float32)[None], 0, 1)[0]


def _is_tensor(image: Any) -> bool:
    """Whether it is a tensor. Who holds one has imported TensorFlow; for others it stays out."""
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and bool(tensorflow.is_tensor(image))
