"""evaluate, table, contact_sheet, and what they and all measures accept."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colortransfer import evaluation
from colortransfer.errors import InputError
from colortransfer.evaluation import contact_sheet, evaluate, measured, table

MAY_BE_NAN = {
    "black_point_error",
    "black_point_lift",
    "white_tint",
    "white_tint_change",
    "hue_deviation",
    "lipschitz",
    "subject_change",
}
OF_IDENTITY = {
    "contrast_structure": 1,
    "new_clipping": 0,
    "black_point_error": 0,
    "black_point_lift": 0,
    "white_tint_change": 0,
    "chroma_noise": 1,
    "halo": 0,
    "largest_local_change": 0,
    "multiscale_sliced_wasserstein": 0,
    "hue_deviation": 0,
    "lipschitz": 1,
    "subject_change": 1,
    "visible_difference": 0,
}


@st.composite
def pairs(draw):
    """Two images of one size, of any dtypes and numbers of channels."""
    height, width = draw(st.integers(1, 24)), draw(st.integers(1, 24))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    images = []
    for _ in range(2):
        shape = draw(st.sampled_from([(), (1,), (3,), (4,)]))
        values = rng.random((height, width, *shape))
        if draw(st.booleans()):
            values[...] = values[0, 0]
        if shape == (4,):
            values[..., 3] = rng.random((height, width)) > 0.3
            values[0, 0, 3] = 1
        dtype = np.dtype(
            draw(st.sampled_from(["uint8", "uint16", "float16", "float32", "float64"]))
        )
        scale = np.iinfo(dtype).max if dtype.kind == "u" else 1
        images.append((values * scale).astype(dtype))
    return images


@settings(deadline=None, max_examples=60)
@given(pairs())
def test_every_measure_of_anything(images):
    copies = [image.copy() for image in images]
    values = evaluate(*images, "teal")
    for name, value in values.items():
        assert type(value) is float
        assert np.isfinite(value) or (name in MAY_BE_NAN and np.isnan(value)), name
    for image, copy in zip(images, copies, strict=True):
        np.testing.assert_array_equal(image, copy)


@settings(deadline=None, max_examples=30)
@given(pairs())
def test_identity(images):
    values = evaluate(images[0], images[0])
    for name, expected in OF_IDENTITY.items():
        assert np.isnan(values[name]) or values[name] == pytest.approx(expected, abs=1e-6)


def test_names_are_those_of_the_functions():
    image = np.random.default_rng(0).random((16, 16, 3))
    values = evaluate(image, image, (0.5, 0.5, 0.5))
    for name, value in values.items():
        arguments = {
            "color_error": (image, (0.5, 0.5, 0.5)),
            "color_difference": (image, (0.5, 0.5, 0.5)),
            "colorfulness": (image,),
            "clipped_share": (image,),
        }.get(name, (image, image))
        assert getattr(evaluation, name)(*arguments) == pytest.approx(value, nan_ok=True)
    assert "color_error" not in evaluate(image, image)
    assert json.loads(json.dumps(values)).keys() == values.keys()


def test_extractors_are_named():
    image = np.random.default_rng(0).random((8, 8, 3))

    class Eye:
        def __call__(self, images):
            return {"all": images}

    one = evaluate(image, 0.5 * image, extractors=[Eye()])
    assert one["feature_distance[Eye]"] == pytest.approx(0.25, rel=1e-5)
    two = evaluate(image, image, extractors={"left": Eye(), "right": Eye()})
    assert {"feature_distance[left]", "feature_distance[right]"} <= two.keys()
    with pytest.raises(InputError, match="dict"):
        evaluate(image, image, extractors=[Eye(), Eye()])


def test_alphas_that_exclude_each_other():
    first, second = np.full((2, 4, 4, 4), 0.5)
    first[:2, :, 3] = 0
    second[2:, :, 3] = 0
    with pytest.raises(InputError, match="no pixel is visible in both"):
        evaluate(first, second)


def test_pictures_are_measured_as_the_images_they_were_made_of():
    rng = np.random.default_rng(0)
    first, second = rng.random((2, 12, 15, 4))
    first[:3, :, 3] = second[5:7, :, 3] = 0
    np.testing.assert_equal(
        evaluate(measured(first), measured(second), "red"), evaluate(first, second, "red")
    )


def test_table():
    text = table(
        {
            "mean shift": {"contrast_structure": 0.99876, "white_tint": float("nan")},
            "ours": {"contrast_structure": 0.5, "halo": 1234.56, "colorfulness": 0.1},
        }
    )
    assert text.splitlines() == [
        "                    mean shift  ours  better",
        "contrast_structure      0.9988   0.5  higher",
        "white_tint                   -     -   lower",
        "halo                         -  1235   lower",
        "colorfulness                 -   0.1",
    ]
    assert table({}) == "  better"


def test_contact_sheet():
    red, green = np.zeros((10, 20, 3), np.uint8), np.zeros((40, 20, 3))
    red[..., 0], green[..., 1] = 255, 1
    hidden = np.zeros((8, 8, 4), np.uint8)
    hidden[:4, :, 3] = 255
    images = [red, green, hidden, np.full((5, 5), 0.5)]
    sheet = contact_sheet(
        images, ["red", "a green one " * 20, "half", "grau ü"], columns=3, width=40
    )
    assert sheet.dtype == np.uint8
    # Three columns of 40; rows as high as their highest picture: 80 and 40.
    assert sheet.shape == (6 + 2 * (16 + 6) + 80 + 40, 6 + 3 * 46, 3)
    assert (sheet[6 + 16 + 10, 6 + 20] == (255, 0, 0)).all()
    assert (sheet[6 + 16 + 70, 52 + 20] == (0, 255, 0)).all()
    assert (sheet[6 + 16 + 30, 98 + 20] >= 250).all()  # hidden: white
    assert (sheet[6 + 16 + 10, 98 + 20] <= 10).all()
    title = sheet[6:22, 6:46]
    assert title.min() < 100  # something is written ...
    assert (sheet[:, 0:6] == 255).all()  # ... and nothing beside the cells
    assert (sheet[6:22, 92:98] == 255).all()
    sheet[0, 0] = 0  # it is the caller's


@pytest.mark.parametrize(
    ("count", "titles", "options"),
    [
        (0, [], {}),
        (1, [], {}),
        (1, ["a", "b"], {}),
        (1, ["a"], {"columns": 0}),
        (1, ["a"], {"width": 0}),
    ],
)
def test_contact_sheet_refuses(count, titles, options):
    with pytest.raises(InputError):
        contact_sheet([np.zeros((4, 4, 3))] * count, titles, **options)
