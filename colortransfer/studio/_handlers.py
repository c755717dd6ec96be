"""What happens on the page: each method takes what components hold and returns what they shall."""

from __future__ import annotations

import queue
import secrets
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from ..colors import parse_color, to_hex
from ..errors import ColorTransferError, InputError
from ._layout import NUMBERS, figures, status, swatches
from ._pictures import color_at, mask_of
from ._session import Made, Session
from ._wish import CHOICES, Wish

SESSIONS = 64  # at once
WISH = ("name", "color", "method", "strength", "keep_luminance", "tint", "editor", *NUMBERS)
Updates = dict[Any, Any]  # by component


class Sessions:
    """The sessions of all tabs, each in a folder of its own below one that gradio serves."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def of(self, tab: str) -> Session:
        """The session of a tab; a new one at its first request."""
        with self._lock:
            if tab not in self._sessions:
                if len(self._sessions) >= SESSIONS:
                    raise InputError("too many pages are open; close one and try again")
                folder = self._folder / f"session-{secrets.token_hex(16)}"
                self._sessions[tab] = Session(folder)
            return self._sessions[tab]

    def end(self, tab: str) -> None:
        """Forget a tab that was closed, and remove its files."""
        with self._lock:
            session = self._sessions.pop(tab, None)
        if session is not None:
            session.close()


class Handlers:
    """``c`` has the page's components by name; ``gr`` is gradio."""

    def __init__(
        self, gr: Any, c: SimpleNamespace, sessions: Sessions, offered: Mapping[str, Path]
    ) -> None:
        self.gr, self.c, self.sessions, self.offered = gr, c, sessions, offered

    def add(self, session: Session, paths: list[str] | None) -> Updates:
        """Files that were dropped on the page; those that can be read are taken."""
        refused, name = [], None
        for path in paths or []:
            try:
                name = session.add(path, keep=False)
            except ColorTransferError as error:
                refused.append(_about(path, error))
        found: Updates = {self.c.files: None}
        if name is not None:
            found |= self.show(session, name)
        if refused:
            found[self.c.status] = status("; ".join(refused), error=True)
        return found

    def offer(self, session: Session, name: str | None) -> Updates:
        """A photograph of the folder that the studio was started with."""
        if name is None or name not in self.offered:
            raise InputError("that photograph is not in the folder; choose one of the list")
        return self.show(session, session.add(self.offered[name]))

    def show(self, session: Session, name: str | None) -> Updates:
        """Another photograph."""
        gr, c, names = self.gr, self.c, session.names
        shown = session.shown(name or "")
        picture, palette = str(session.picture(shown)), session.palette(name or "")
        return {
            c.name: gr.update(choices=names, value=name, visible=len(names) > 1),
            c.everything: gr.update(visible=len(names) > 1),
            c.slider: (picture, picture),
            c.palette: gr.update(choices=palette, value=None, visible=True),
            c.swatches: swatches(palette),
            c.editor: {"background": picture, "layers": [], "composite": None},
            c.status: status(f"{name}: choose a colour, then recolour."),
        }

    def another(self, session: Session, path: str | None) -> Updates:
        """The photograph that colours are taken from."""
        if path is None:
            raise InputError("choose a file")
        picture = str(session.picture(session.set_reference(path)))
        line = status("Choose a place in the other photograph, or a method that takes them all.")
        update = self.gr.update(value=picture, visible=True)
        return {self.c.other: None, self.c.eyedropper: update, self.c.status: line}

    def pick(self, session: Session, place: Any, picture: np.ndarray | None) -> Updates:
        """The colour of a place in the other photograph."""
        if picture is None:
            raise InputError("add another photograph first")
        x, y = place.index
        return self.choose(session, color_at(picture, int(x), int(y)))

    def choose(self, session: Session, text: str | None) -> Updates:
        """A colour from any field; none, for statistics alone."""
        if not (text := (text or "").strip()):
            return {self.c.color: ""}
        color = to_hex(parse_color(text))
        return {self.c.color: color, self.c.picker: color}

    def preview(self, session: Session, *values: Any) -> Updates:
        """At once what the fit will be like."""
        name, wish = self.wish(session, values)
        if not name or (not wish.color and not wish.statistics):
            return {self.c.status: self.gr.skip()}
        picture = session.preview(name, wish)
        if picture is None:
            return {self.c.status: status("Press Recolour to see this.")}
        before = str(session.picture(session.shown(name)))
        line = status("A quick preview; press Recolour for the fit.")
        return {self.c.slider: (before, str(picture)), self.c.status: line}

    def fit(self, session: Session, *values: Any) -> Iterator[Updates]:
        """The edit at full size, with its progress."""
        name, wish = self.wish(session, values)
        yield {self.c.status: status("Fitting …", share=0)}
        for state in _in_thread(lambda step: session.fit(name, wish, progress=step)):
            if isinstance(state, Made):
                yield self._made(session, name, state)
            else:
                number, total = state
                text = f"Fitting, step {number} of at most {total}"
                yield {self.c.status: status(text, share=number / total)}

    def fit_all(self, session: Session, *values: Any) -> Iterator[Updates]:
        """The fit, and the other photographs with the same edit."""
        name, wish = self.wish(session, values)
        wish.check()
        made = None
        for made in self.fit(session, *values):
            yield made
        files = [Path(path) for path in (made or {}).get(self.c.downloads, [])]
        edit = next((path for path in files if path.suffix == ".npz"), None)
        if edit is None or wish.mask is not None:
            raise InputError("this edit is for one photograph; choose another method, or no mask")
        yield {self.c.status: status(f"{len(session.names) - 1} more photographs …")}
        others = session.apply_to_others(name, wish, edit)
        yield {
            self.c.downloads: [str(path) for path in [*files, *others]],
            self.c.status: status(f"{len(others) + 1} photographs with one edit."),
        }

    def stop(self, session: Session) -> Updates:
        """End the fit with what it found."""
        session.stop.set()
        return {self.c.status: status("Stopping after this step …")}

    def wish(self, session: Session, values: tuple[Any, ...]) -> tuple[str, Wish]:
        """What the components of `WISH` say."""
        given = dict(zip(WISH, values, strict=True))
        numbers = {name: _number(name, given[name]) for name in NUMBERS}
        editor = given["editor"] or {}
        by_reference = CHOICES.get(given["method"])
        color = (given["color"] or "").strip()
        return given["name"] or "", Wish(
            color=to_hex(parse_color(color)) if color else "",
            method=given["method"],
            reference=session.reference if by_reference and by_reference.reference else None,
            strength=float(given["strength"]) / 100,
            mask=mask_of(editor.get("layers")),
            keep_luminance=bool(given["keep_luminance"]),
            tint=bool(given["tint"]),
            **numbers,
        )

    def _made(self, session: Session, name: str, made: Made) -> Updates:
        c, before = self.c, str(session.picture(session.shown(name)))
        return {
            c.slider: (before, str(made.shown)),
            c.figures: figures(made.figures, made.remarks),
            c.downloads: [str(path) for path in made.files],
            c.lines: made.lines,
            c.status: status("Done." if not session.stop.is_set() else "Stopped; the best so far."),
        }


def _number(name: str, text: str | None) -> float | None:
    """A number that was typed; None where the field is empty."""
    if not (text := (text or "").strip()):
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise InputError(f"{name} is no number: {text[:20]!r}; give one, or nothing") from None


def _about(path: str, error: ColorTransferError) -> str:
    """An error by the photograph's name, without the folder that only the server knows."""
    return str(error).replace(str(path), Path(path).name)


def _in_thread(work: Any) -> Iterator[Any]:
    """Steps (number, total) of ``work(step)`` while it runs beside, and then what it returns."""
    states: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def run() -> None:
        try:
            states.put(work(lambda step: states.put((step.number, step.total))))
        except BaseException as error:  # it is raised where someone can be told
            states.put(error)

    threading.Thread(target=run, daemon=True).start()
    while True:
        state = states.get()
        if isinstance(state, BaseException):
            raise state
        yield state
        if not isinstance(state, tuple):
            return
