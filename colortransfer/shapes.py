"""Types of tensors with open sizes, so that one graph serves pictures of every size."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

# By rank: the axes that grow with the picture. Of maps (h, w), images (h, w, c), batches
# (n, h, w, c).
FREE = {2: (0, 1), 3: (0, 1), 4: (1, 2)}


def open_sizes(tensors: Any) -> Any:
    """The types of a structure of tensors, height and width left open.

    Returns
    -------
    The structure with `tf.TensorSpec` in the place of tensors: both axes of matrices, the first
    two of rank 3 and the middle two of rank 4 are open, all others as they are. So are those of a
    tensor of one number, which is broadcast.

    Examples
    --------
    >>> open_sizes({"image": tf.zeros([4, 5, 3])})["image"].shape
    TensorShape([None, None, 3])
    """
    return tf.nest.map_structure(_open, tensors)


def _open(tensor: tf.Tensor) -> tf.TensorSpec:
    shape = tensor.shape.as_list()
    free = () if tensor.shape.num_elements() == 1 else FREE.get(len(shape), ())
    return tf.TensorSpec([None if i in free else n for i, n in enumerate(shape)], tensor.dtype)
