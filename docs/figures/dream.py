"""The pictures of docs/relatives.md: dreams of scikit-image's ``coffee`` and ``chelsea`` (CC0)."""

from __future__ import annotations

from typing import Any

import skimage.data

from colortransfer import DeepDream, images
from colortransfer.evaluation import contact_sheet

from . import PICTURES


def main() -> None:
    coffee, chelsea = skimage.data.coffee(), skimage.data.chelsea()
    pictures: dict[str, Any] = {
        "photograph": coffee,
        "DeepDream()": DeepDream().dream(coffee),
        'layers=("0/mixed3b",)': DeepDream(layers=("0/mixed3b",)).dream(coffee),
        "photograph ": chelsea,
        "DeepDream() ": DeepDream().dream(chelsea),
        "guide=coffee": DeepDream().dream(chelsea, guide=coffee),
    }
    output = PICTURES / "dream.jpg"
    sheet = contact_sheet(list(pictures.values()), list(pictures), columns=3, width=400)
    images.save(output, sheet, quality=88)
    print(f"wrote {output}, {output.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
