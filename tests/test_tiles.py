"""Distances seen tile by tile are those of the whole picture."""

import numpy as np
import pytest
import tensorflow as tf

from colortransfer.feature_extractors import InceptionV1, PlainNet
from colortransfer.images.working_copy import WorkingCopy
from colortransfer.losses import FeatureMatchingLoss, Scene
from colortransfer.losses.tiles import Tiles
from colortransfer.targets import MeanColor

NETWORKS = {
    "plain": PlainNet(layers=("conv1_2", "conv4_2")),
    "inception": InceptionV1(layers=("mixed3a",)),
}


def noise(height, width, seed):
    return tf.constant(np.random.default_rng(seed).random((height, width, 3)), tf.float32)


@pytest.mark.parametrize("size", [(60, 50), (163, 211)])
@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("margin", [0, 20])
def test_value_and_gradient_are_those_of_the_whole(network, size, margin):
    current, weights = noise(*size, 0), np.ones((*size, 1), np.float32)
    weights[:, :margin] = 0
    copy = WorkingCopy(noise(*size, 1).numpy(), weights / weights.sum(), size)
    scene = Scene.of(copy, MeanColor((0.4, 0.5, 0.6)))
    found = []
    for tile in (None, 32):
        loss = FeatureMatchingLoss(network, octaves=2, tile=tile)
        prepared = loss.prepare(scene)
        with tf.GradientTape() as tape:
            tape.watch(current)
            value = tf.function(loss.value)(current, scene, prepared)
        found.append((value, tape.gradient(value, current)))
    (whole, whole_slope), (tiled, tiled_slope) = found
    np.testing.assert_allclose(tiled, whole, rtol=1e-4)
    largest = np.abs(whole_slope).max()
    np.testing.assert_allclose(tiled_slope, whole_slope, atol=1e-4 * largest)


@pytest.mark.parametrize("side", [1, 40, 127, 128, 129, 135, 136, 160, 161, 255, 1001])
def test_cores_cover_a_side_once_and_margins_surround_them(side):
    tiles = Tiles(NETWORKS["plain"], 32)
    size = tf.constant(side)
    count, length = (int(x) for x in tiles._windows(size))
    spans = [tiles._along(size, tf.constant(i)) for i in range(count)]
    cores, seen = ([tuple(map(int, span)) for span in part] for part in zip(*spans, strict=True))
    assert cores[0][0] == 0
    assert cores[-1][1] == side
    assert [last for _, last in cores[:-1]] == [first for first, _ in cores[1:]]
    assert {last - first for first, last in seen} == {length}
    for (first, last), (start, end) in zip(cores, seen, strict=True):
        assert start % NETWORKS["plain"].stride == 0
        assert start == 0 or first - start >= tiles.halo
        assert end == side or end - last >= tiles.halo
