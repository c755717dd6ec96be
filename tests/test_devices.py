"""Tensors are edited where they are, and where ``tf.device`` says; compiled by XLA, too."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from test_transforms import TRANSFORMS, picture

HERE = Path(__file__).parent

PROGRAM = f"""
import sys
sys.path[:0] = [{str(HERE)!r}, {str(HERE.parent)!r}]
import numpy as np
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
two = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, two)
from test_transforms import TRANSFORMS, picture
from colortransfer.rendering import reach_colors

image = picture()
for name, transform in TRANSFORMS.items():
    found = []
    for place in ("CPU:0", "CPU:1"):
        with tf.device(place):
            tensor = tf.constant(image)
            result = transform.apply(tensor)
            batch = transform.apply(tensor[None])
        for made in (result, batch):
            assert made.device.endswith(place), (name, made.device)
        found.append(result.numpy())
    assert (found[0] == found[1]).all(), name
with tf.device("CPU:1"):
    reached = reach_colors(tf.constant(image[None]), tf.constant([[0.4, 0.5, 0.6]]))
assert reached.device.endswith("CPU:1")
"""


def test_edits_of_tensors_stay_on_their_device():
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)


@pytest.mark.parametrize("name", ["lut", "grid", "masked"])
def test_edits_are_compiled_by_xla(name):
    image, transform = picture(), TRANSFORMS[name]
    compiled = tf.function(transform.apply, jit_compile=True)
    np.testing.assert_allclose(compiled(tf.constant(image)), transform.apply(image), atol=3e-6)
