"""The likelihood of colours under a prior: what is asked of it, and what counts."""

import numpy as np
import pytest
import tensorflow as tf

from colortransfer import colors
from colortransfer.color_prior import ColorPrior, bundled_prior
from colortransfer.color_prior.nodes import COUNT, NODES
from colortransfer.evaluation import color_likelihood, evaluate


class Known(ColorPrior):
    """A prior whose log-densities, wherever, are a function of a* and b*; it notes the mean."""

    def __init__(self, function):
        a, b = np.meshgrid(NODES, NODES, indexing="ij")
        self.table = np.float32(function(a, b))

    def log_densities(self, image, color):
        self.seen, self.mean = image.numpy(), color.numpy()
        shape = [image.shape[0] // 4, image.shape[1] // 4, COUNT, COUNT]
        return tf.broadcast_to(tf.constant(self.table), shape)


def flat(lab, height=64, width=128):
    return np.broadcast_to(colors.lab_to_srgb(np.array(lab, float)), (height, width, 3)).copy()


def test_it_is_the_mean_over_places_of_the_log_density_at_the_edited_color():
    prior = Known(lambda a, b: -9 + 0.1 * (a == 15) - 0.5 * (b == -27))
    edited = flat((50, 15, -27))
    edited[:, 64:] = flat((50, 0, 6))[:, 64:]
    original = flat((50, 0, 0))
    assert color_likelihood(original, edited, prior) == pytest.approx(-9.2, abs=0.02)
    np.testing.assert_allclose(prior.mean, edited.mean((0, 1)), atol=1e-6)
    np.testing.assert_allclose(prior.seen, original, atol=1e-6)


def test_hidden_pixels_do_not_count():
    prior = Known(lambda a, b: -9.0 - (a == 42))
    original, edited = flat((50, 0, 0)), flat((50, 0, 0))
    edited[:, :64] = flat((50, 42, 0))[:, :64]
    visible = np.ones((64, 128, 1))
    visible[:, :64] = 0
    original, edited = (np.concatenate([x, visible], -1) for x in (original, edited))
    assert color_likelihood(original, edited, prior) == pytest.approx(-9, abs=1e-3)
    np.testing.assert_allclose(prior.mean, edited[0, -1, :3], atol=1e-6)


def test_patches_of_two_colors_are_less_likely_than_one(photo):
    sign = np.where(np.indices(photo.shape[:2]).sum(0) // 8 % 2, 1, -1)[..., None]
    original = 0.3 + 0.4 * photo / 255
    even, patched = (
        evaluate(original, edited, prior=bundled_prior())["color_likelihood"]
        for edited in (original, original + sign * [0.2, -0.1, -0.1])
    )
    assert patched < even - 0.5
