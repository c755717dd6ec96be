"""Observers whose preferences are known."""

import json

import numpy as np
from scipy.special import expit

from colortransfer.study import Comparison, plan

TRUTH = {"default": 0.8, "gan": 0.1, "paper": -0.3, "shift": -0.6}


def answers(observers=30, photographs=12, truth=TRUTH, seed=0, careless=()):
    """Files' contents: choices by Bradley-Terry; the careless choose by a coin."""
    rng = np.random.default_rng(seed)
    names, files = list(truth), []
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    shown = [Comparison(f"photo{i}", *pair) for i in range(photographs) for pair in pairs]
    traps = [Comparison(f"photo{i}", names[0], "trap") for i in range(6)]
    scores = truth | {"trap": -9.0}
    for number in range(observers):
        rows = []
        for n, trial in enumerate(plan(shown, repeats=1, traps=traps, seed=number % 8), 1):
            share = expit(scores[trial.left] - scores[trial.right])
            if number in careless:
                share = 0.5
            sides = np.where(rng.random(2) < share, "left", "right").tolist()
            row = {"n": n, "photograph": trial.photograph, "left": trial.left}
            row |= {"right": trial.right, "natural": sides[0], "faults": sides[1], "seconds": 3.5}
            rows.append(row)
        file = {"format": "colortransfer study 1", "study": "5e", "observer": f"{number:04x}"}
        files.append(file | {"answers": rows})
    return files


def written(folder, files):
    """Their paths."""
    paths = [folder / f"answers-{file['observer']}.json" for file in files]
    for path, file in zip(paths, files, strict=True):
        path.write_text(json.dumps(file), "utf-8")
    return paths
