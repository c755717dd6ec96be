"""What may vary during a fit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import tensorflow as tf

from ..shapes import open_sizes
from ..transforms import Transform

Variables = dict[str, tf.Tensor]


class Parametrization(ABC):
    """A family of edits: variables, and how they are rendered.

    Images are float32 tensors (height, width, 3), sRGB in [0, 1]; renderings may leave the range.
    Families are immutable values; what varies are the variables that they are handed.

    Examples
    --------
    >>> from colortransfer.transforms import AffineTransform
    >>> class Shift(Parametrization):
    ...     def initial(self, original, shift):
    ...         return {"shift": shift}
    ...     def render(self, variables, prepared):
    ...         return prepared + variables["shift"]
    ...     def transform(self, variables, size):
    ...         return AffineTransform(np.eye(3), variables["shift"].numpy())
    >>> Shift().transform({"shift": tf.constant([0.25, 0.0, 0.5])}, (4, 6)).offset
    array([0.25, 0.  , 0.5 ])
    """

    @abstractmethod
    def initial(self, original: tf.Tensor, shift: tf.Tensor) -> Variables:
        """Variables whose rendering is ``original + shift``; shift is (3,)."""

    def prepare(self, original: tf.Tensor) -> Any:
        """Whatever of ``original`` the rendering needs: any structure of tensors, once per fit."""
        return original

    def signature(self, prepared: Any) -> Any:
        """Types of what `prepare` returned: `tf.TensorSpec`, what varies in size left open.

        By default `shapes.open_sizes`: height and width of maps and images.
        """
        return open_sizes(prepared)

    @abstractmethod
    def render(self, variables: Variables, prepared: Any) -> tf.Tensor:
        """The edited image; differentiable, runs inside the graph at every step."""

    def penalty(self, variables: Variables) -> tf.Tensor | None:
        """A scalar added to the loss, or None: what keeps the variables themselves plausible."""
        return None

    def enlarged(self, variables: Variables, original: tf.Tensor) -> Variables:
        """The same edit as a start for a larger copy ``original``, in a coarse-to-fine fit.

        By default the variables themselves; families whose variables have the image's size say how
        they grow.
        """
        return variables

    @abstractmethod
    def transform(self, variables: Variables, size: tuple[int, int]) -> Transform:
        """The edit as a value that can be applied to any image.

        ``size``: height and width of the fitted image, without the rows and columns by which an
        image too small for the networks was continued.
        """
