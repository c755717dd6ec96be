"""What was written against version 0.1 runs, or is told in one line what to write."""

import pytest
import tensorflow as tf

from colortransfer import FeatureMatcher
from colortransfer.errors import InputError
from colortransfer.feature_extractors import Ensemble, Several
from colortransfer.losses import Loss


def test_a_term_with_the_old_arguments_is_told_the_new_ones():
    with pytest.raises(InputError, match=r"Old.prepare .* prepare\(scene\) now"):

        class Old(Loss):
            name = "old"

            def prepare(self, original, color):
                return original

            def value(self, current, prepared, color):
                return tf.zeros([])


@pytest.mark.parametrize(("name", "value"), [("mean_space", "linear"), ("constraint", "loss")])
def test_an_argument_that_moved_is_one_line(name, value):
    with pytest.raises(InputError, match=f"^{name}= is gone: [^\n]+$"):
        FeatureMatcher(**{name: value})


def test_names_of_the_docs_stay():
    assert Several is Ensemble
