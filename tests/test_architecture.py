"""The shape of the package: who imports whom, and what an import costs."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "colortransfer"


def read_layers():
    """Sets of parts from the ground up: the table of layers in docs/design.md."""
    text = (ROOT / "docs" / "design.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", text, re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(len(rows)))
    return [set(re.findall(r"`(\w+)`", names)) for _, names in rows]


LAYERS = read_layers()
# What can be used without TensorFlow.
NUMPY_ONLY = (
    "colors",
    "images",
    "classical",
    "transforms",
    "evaluation",
    "errors",
    "core",
    "edit",
    "methods",
    "cli",
)


def parts():
    names = [path.stem if path.is_file() else path.name for path in PACKAGE.iterdir()]
    return sorted(set(names) - {"data", "py", "__pycache__"})


def files_of(part):
    folder = PACKAGE / part
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [PACKAGE / f"{part}.py"]


def walk(tree, *, at_import_only):
    """All nodes of a module, or those that run when it is imported."""
    for node in ast.iter_child_nodes(tree):
        if at_import_only:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                continue
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
                continue
        yield node
        yield from walk(node, at_import_only=at_import_only)


def imports(path, *, at_import_only=False):
    """Absolute names of what a file imports: ``colortransfer.losses.base``, ``numpy``."""
    package = [PACKAGE.name, *path.relative_to(PACKAGE).parent.parts]
    found = set()
    for node in walk(ast.parse(path.read_text(encoding="utf-8")), at_import_only=at_import_only):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base = [*base, *([node.module] if node.module else [])]
            found |= {".".join([*base, name.name]) for name in node.names}
    return found


def parts_imported(part):
    """Parts of the package that files of ``part`` import, with one file as the witness."""
    found = {}
    for path in files_of(part):
        for name in imports(path):
            words = name.split(".")
            if words[0] == PACKAGE.name and len(words) > 1:
                target = words[1] if words[1] in parts() else "__init__"
                found.setdefault(target, path.relative_to(ROOT))
    found.pop(part, None)
    return found


def height(part):
    levels = [level for level, names in enumerate(LAYERS) if part in names]
    assert levels, f"{part} has no row in the table of layers in docs/design.md"
    return levels[0]


# Imports


def test_the_table_names_each_part_once():
    assert sorted(name for layer in LAYERS for name in layer) == parts()


@pytest.mark.parametrize("part", parts())
def test_imports_point_down(part):
    for target, witness in parts_imported(part).items():
        if part == "__init__":  # it names what it will import when asked
            assert height(target) <= height(part), f"{witness} imports {target}"
        else:
            assert height(target) < height(part), f"{witness} imports {target}"


def test_the_walk_finds_imports():
    """The tests here would pass if they saw no imports at all."""
    assert {"losses", "optimizers", "targets"} <= set(parts_imported("feature_matcher"))
    assert "tensorflow" in imports(PACKAGE / "pyramid.py", at_import_only=True)
    lazy = PACKAGE / "feature_extractors" / "keras_model.py"
    assert "keras" in imports(lazy) - imports(lazy, at_import_only=True)


@pytest.mark.parametrize("part", NUMPY_ONLY)
def test_no_tensorflow_at_import(part):
    for path in files_of(part):
        roots = {name.split(".")[0] for name in imports(path, at_import_only=True)}
        assert not roots & {"tensorflow", "keras", "tensorflow_hub"}, path


@pytest.mark.parametrize(
    "part", ["feature_matcher", "losses", "parametrizations", "optimizers", "pyramid", "gan"]
)
def test_what_computes_knows_no_files(part):
    """Images come as arrays; only ``images`` reads and writes pictures."""
    for path in files_of(part):
        roots = {name.split(".")[0] for name in imports(path)}
        assert not roots & {"imageio", "tifffile", "imagecodecs"}, path
        assert "Image.open" not in path.read_text(encoding="utf-8"), path
        pictures = [name for name in imports(path) if name.startswith("colortransfer.images")]
        assert not {name.split(".")[-1] for name in pictures} & {"load", "save", "encode"}, path


def test_the_published_relatives_are_small():
    """Their lines without docstrings, comments and empty ones, at most 900."""
    gan = ["relative", "dcgan", "translation", "translation_networks", "cycle_gan", "dual_gan"]
    files = [PACKAGE / "gan" / f"{name}.py" for name in gan] + [PACKAGE / "deep_dream.py"]
    files += [PACKAGE / "losses" / "activation.py", PACKAGE / "adversarial" / "labels.py"]
    files += [PACKAGE / "targets" / "unconstrained.py"]
    files += [PACKAGE / "training" / "guarded_rmsprop.py"]
    count = 0
    for path in files:
        text = path.read_text(encoding="utf-8")
        told = set()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                told |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        for number, line in enumerate(text.splitlines(), 1):
            count += number not in told and line.strip()[:1] not in ("", "#")
    assert 300 < count <= 900


def test_tensorflow_hub_belongs_to_its_extractor():
    files = {path for part in parts() for path in files_of(part)}
    users = {path.name for path in files if "tensorflow_hub" in imports(path)}
    assert users == {"hub_module.py"}


def run(program, folder):
    return subprocess.run(
        [sys.executable, "-B", "-c", program],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )


def test_the_import_is_light_and_silent(tmp_path):
    program = """
import sys, colortransfer
heavy = {"tensorflow", "keras", "scipy.optimize", "skimage", "matplotlib"} & set(sys.modules)
assert not heavy, heavy
"""
    result = run(program, tmp_path)
    assert (result.stdout, result.stderr) == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_pictures_without_tensorflow(tmp_path):
    names = [name for name in NUMPY_ONLY if name in parts()]
    program = f"""
import sys, importlib
for name in {names}:
    importlib.import_module("colortransfer." + name)
assert not {{"tensorflow", "keras"}} & set(sys.modules)
"""
    result = run(program, tmp_path)
    assert (result.stdout, result.stderr) == ("", "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("part", ["classical", "evaluation"])
def test_no_function_hides_a_module(part):
    """Public names come from the package alone; its modules are private."""
    modules = {path.stem for path in (PACKAGE / part).glob("*.py")} - {"__init__"}
    assert [name for name in modules if not name.startswith("_")] == []


def test_no_part_imports_itself_in_a_circle():
    """Not inside of functions either."""
    for folder in (path for path in PACKAGE.iterdir() if path.is_dir()):
        uses = {}
        for path in folder.glob("*.py"):
            own = f"{PACKAGE.name}.{folder.name}."
            found = {n.removeprefix(own).split(".")[0] for n in imports(path) if n.startswith(own)}
            uses[path.stem] = {n for n in found if (folder / f"{n}.py").exists()}
        uses.pop("__init__", None)
        while free := {name for name, others in uses.items() if not others & set(uses)}:
            uses = {name: others for name, others in uses.items() if name not in free}
        assert not uses, f"{folder.name}: {sorted(uses)} import each other"
