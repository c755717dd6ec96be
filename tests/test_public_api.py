"""What is public: names, the order of arguments, which of them are keyword-only, documentation.

After a wanted change, freeze the new API in public_api.txt with

    PYTHONPATH=. python tests/test_public_api.py
"""

import inspect
from pathlib import Path

import pytest

import colortransfer

FROZEN = Path(__file__).with_name("public_api.txt")

# Optional arguments that are not keyword-only. The list may become shorter, not longer.
POSITIONAL_OPTIONS = {
    # A picture and which of its pixels count belong together.
    "colors.mean_color": {"weights", "space"},
    "exactness.exact_shift": {"weights"},
    "evaluation.subject_change": {"subject"},
    "evaluation.evaluate": {"color"},
    "images.Metadata": {"exif", "icc_profile", "dpi"},
    # What others subclass: short calls in their code, as in TensorFlow's own.
    "feature_extractors.ConvolutionalNetwork": {"padding", "precision"},
    "feature_extractors.ConvolutionalNetwork.convolve": {"stride", "padding"},
    "feature_extractors.FeatureExtractor": {"padding", "precision"},
    "optimizers.FirstOrder.minimize": {"callbacks"},
    "optimizers.LBFGS.minimize": {"callbacks"},
    "optimizers.Optimizer.minimize": {"callbacks"},
    # A method and its options belong together.
    "methods.Spec": {"options"},
    # The edit as a value, and its only option.
    "Transform.apply": {"strength"},
    "Transform.to_cube": {"size"},
    "transforms.Transform.apply": {"strength"},
    "transforms.Transform.to_cube": {"size"},
    "transforms.Lut3D.sample": {"size"},
    "pyramid.gaussian": {"radius"},
    # As the optimizers and the extractors have it.
    "exactness.Histogram.part": {"weights"},  # values, and how much each counts
    "training.History": {"reason"},
    "training.train": {"options"},
}


def public_objects():
    """Name and object of every public function and class, by the shortest public path."""
    for name in colortransfer.__all__:
        member = getattr(colortransfer, name)
        if inspect.ismodule(member):
            names = getattr(member, "__all__", None) or defined_names(member)
            for inner in sorted(names):
                yield f"{name}.{inner}", getattr(member, inner)
        else:
            yield name, member


def defined_names(module):
    return [
        name
        for name, member in vars(module).items()
        if not name.startswith("_")
        and (inspect.isclass(member) or inspect.isfunction(member))
        and member.__module__ == module.__name__
    ]


def public_methods(cls):
    """Methods that the class itself defines; inherited ones are listed with the base."""
    for name in sorted(vars(cls)):
        member = getattr(cls, name)
        function = inspect.unwrap(getattr(member, "__func__", member))
        if inspect.isfunction(function) and (name == "__call__" or not name.startswith("_")):
            yield name, member


def public_callables():
    """(name, callable) of functions, constructors and methods."""
    for name, member in public_objects():
        if inspect.isfunction(member):
            yield name, member
        elif inspect.isclass(member):
            yield name, member
            for method_name, method in public_methods(member):
                yield f"{name}.{method_name}", method


def arguments(member):
    """Names, order and kinds: ``(image, color, *, callbacks=)``; no types, no values."""
    try:
        signature = inspect.signature(member)
    except ValueError:  # numpy's own constructor, for example
        return "(...)"
    simple = [
        parameter.replace(
            annotation=inspect.Parameter.empty,
            default=inspect.Parameter.empty if parameter.default is parameter.empty else "",
        )
        for parameter in signature.parameters.values()
        if parameter.name != "self"
    ]
    return str(inspect.Signature(simple)).replace("=''", "=")


def public_api():
    lines = [f"{name}{arguments(member)}" for name, member in public_callables()]
    other = [
        name
        for name, member in public_objects()
        if not (inspect.isfunction(member) or inspect.isclass(member))
    ]
    return "".join(f"{line}\n" for line in sorted({*lines, *other}))


def test_the_public_api_is_the_frozen_one():
    found, frozen = public_api().splitlines(), FROZEN.read_text(encoding="utf-8").splitlines()
    message = (
        "wanted? then run PYTHONPATH=. python tests/test_public_api.py, and say so in the CHANGELOG"
    )
    assert sorted(set(found) - set(frozen)) == [], f"new or changed; {message}"
    assert sorted(set(frozen) - set(found)) == [], f"gone or changed; {message}"


def parameters(member):
    try:
        return list(inspect.signature(member).parameters.values())
    except ValueError:
        return []


def test_options_are_keyword_only():
    """A call says what its third value means. The subject itself may have a default."""
    for name, member in public_callables():
        given = [p for p in parameters(member) if p.name != "self"]
        found = {
            parameter.name
            for parameter in given[1:]
            if parameter.default is not parameter.empty
            and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        }
        assert found <= POSITIONAL_OPTIONS.get(name, set()), name


def test_the_order_is_image_color():
    for name, member in public_callables():
        order = [p.name for p in parameters(member)]
        for first, second in [("image", "color"), ("rgb", "color"), ("original", "color")]:
            if first in order and second in order:
                assert order.index(first) < order.index(second), name
        if "current" in order:
            assert order.index("current") <= 1, name


def test_everything_public_is_documented():
    silent = [name for name, member in public_callables() if not inspect.getdoc(member)]
    assert silent == []


def test_all_that_is_promised_exists():
    for name in colortransfer.__all__:
        assert getattr(colortransfer, name) is not None
    assert dir(colortransfer) == colortransfer.__all__
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = colortransfer.nonsense


if __name__ == "__main__":
    FROZEN.write_text(public_api(), encoding="utf-8")
    print(f"wrote {FROZEN}")
