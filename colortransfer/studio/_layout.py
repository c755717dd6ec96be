"""What stands where on the page: gradio's components, and nothing that they do."""

from __future__ import annotations

import html
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from ._wish import CHOICES

COLOR = "#4a5a80"
STYLE = """
footer { display: none !important; }
.gradio-container { max-width: 84rem !important; }
#status { min-height: 3rem; } #status p { margin: 0; } #status progress { width: 100%; }
#status .error { color: #a00000; } .dark #status .error { color: #ffb0b0; }
.or, .min_value, .max_value { color: inherit !important; }
#recolour { background: #1d4ed8; color: #fff; }
#figures th { text-align: left; font-weight: 600; padding-right: 1rem; }
"""
# What gradio leaves out, for those who do not see the page or have no mouse: names, and keys.
ACCESS = """
() => {
  document.documentElement.lang = "en";
  const drop = "Drop File Here - or - Click to Upload";
  const attributes = {
    "#editor canvas": {"aria-label": "drawing of the mask"},
    "#eyedropper button": {"aria-label": "take a colour of this photograph"},
    "#files > button": {"aria-label": "Photographs: " + drop},
    "#other button.upload-container": {"aria-label": "Another photograph: " + drop},
    "#files button.upload-container": {"aria-label": "Photographs: " + drop},
    "#lines .cm-scroller": {"tabindex": "0", "aria-label": "Python lines", "role": "region"},
    "#slider .outer": {"tabindex": "0", "role": "slider", "aria-label": "before and after",
      "aria-valuemin": "0", "aria-valuemax": "100"},
  };
  const share = handle => {
    const [box, whole] = [handle, handle.parentElement].map(e => e.getBoundingClientRect());
    return Math.round(100 * (box.x + box.width / 2 - whole.x) / whole.width);
  };
  const complete = () => {
    for (const [where, names] of Object.entries(attributes))
      for (const element of document.querySelectorAll(where))
        for (const [name, value] of Object.entries(names))
          if (element.getAttribute(name) !== value) element.setAttribute(name, value);
    const handle = document.querySelector("#slider .outer");
    if (handle && handle.getAttribute("aria-valuenow") !== String(share(handle)))
      handle.setAttribute("aria-valuenow", share(handle));
  };
  new MutationObserver(complete).observe(document.body, {childList: true, subtree: true,
    attributes: true, attributeFilter: ["aria-label", "style", "tabindex"]});
  complete();
  document.addEventListener("keydown", event => {
    const step = {ArrowLeft: -0.05, ArrowRight: 0.05}[event.key];
    const handle = event.target.closest && event.target.closest("#slider .outer");
    if (!step || !handle) return;
    const box = handle.getBoundingClientRect();
    const from = box.x + box.width / 2;
    const to = from + step * handle.parentElement.getBoundingClientRect().width;
    for (const [name, x, on] of [["mousedown", from, handle], ["mousemove", to, window],
                                 ["mouseup", to, window]])
      on.dispatchEvent(new MouseEvent(name, {bubbles: true, cancelable: true, view: window,
        clientX: x, clientY: box.y + box.height / 2}));
    handle.focus();
    event.preventDefault();
  });
}
"""
NUMBERS = {  # attributes of a `Wish`
    "saturation": "Saturation, times",
    "brightness": "Brightness, 0 to 1",
    "contrast": "Contrast, times",
    "hue": "Hue, degrees",
}


def lay_out(gr: Any, offered: Sequence[str]) -> SimpleNamespace:
    """All components by name; to be called within ``gradio.Blocks``."""
    gr.Markdown("# colortransfer studio")
    with gr.Row():
        with gr.Column(scale=2, min_width=300):
            wish = _photographs(gr, offered) | _colors(gr) | _method(gr) | _mask(gr)
        with gr.Column(scale=3, min_width=300):
            result = _result(gr)
    return SimpleNamespace(**wish, **result)


def status(text: str, *, error: bool = False, share: float | None = None) -> str:
    """A line for people and screen readers, and a bar of what is done."""
    role = 'role="alert" class="error"' if error else 'role="status"'
    bar = (
        "" if share is None else f'<progress aria-label="progress" value="{share:.3f}"></progress>'
    )
    return f"<p {role}>{html.escape(text)}</p>{bar}"


def figures(rows: dict[str, str], remarks: Sequence[str]) -> str:
    """A table of what is said of a result, and sentences below it."""
    lines = [
        f"<tr><th scope='row'>{html.escape(k)}</th><td>{html.escape(v)}</td></tr>"
        for k, v in rows.items()
    ]
    told = "".join(f"<p>{html.escape(remark)}</p>" for remark in remarks)
    return f"<table>{''.join(lines)}</table>{told}"


def swatches(colors: Sequence[str]) -> str:
    """The style that shows each colour of the palette beside its name."""
    rules = [
        f"#palette label:nth-of-type({n}) {{ border-left: 1.4rem solid {color} !important; }}"
        for n, color in enumerate(colors, 1)
    ]
    return f"<style>{''.join(rules)}</style>"


def _photographs(gr: Any, offered: Sequence[str]) -> dict[str, Any]:
    return {
        "files": gr.File(
            label="Photographs: drop or choose files",
            file_count="multiple",
            height=130,
            elem_id="files",
        ),
        "offer": gr.Dropdown(
            list(offered), label="From the folder", value=None, visible=bool(offered)
        ),
        "name": gr.Dropdown([], label="Photograph", visible=False, elem_id="name"),
    }


def _colors(gr: Any) -> dict[str, Any]:
    with gr.Row():
        picker = gr.ColorPicker(COLOR, label="Colour", scale=1, min_width=100, elem_id="picker")
        label = "Colour as text: #4a5a80, teal, or nothing"
        color = gr.Textbox(COLOR, label=label, scale=2, max_lines=1, elem_id="color")
    palette = gr.Radio([], label="Colours of the photograph", elem_id="palette", visible=False)
    style = gr.HTML("")
    with gr.Accordion("A colour from another photograph", open=False, elem_id="from-other"):
        label = "Another photograph: its colours, and the reference of published methods"
        other = gr.File(label=label, height=130, elem_id="other")
        eyedropper = gr.Image(
            label="Choose a place to take its colour",
            interactive=False,
            visible=False,
            buttons=[],
            elem_id="eyedropper",
        )
    found = {"picker": picker, "color": color, "palette": palette, "swatches": style}
    return found | {"other": other, "eyedropper": eyedropper}


def _method(gr: Any) -> dict[str, Any]:
    methods = [(choice.title, name) for name, choice in CHOICES.items()]
    method = gr.Dropdown(methods, value="default", label="Method", elem_id="method")
    strength = gr.Slider(0, 100, value=100, step=1, label="Strength in percent", elem_id="strength")
    with gr.Accordion("Saturation, brightness, contrast, hue", open=False), gr.Row():
        numbers = {
            name: gr.Textbox(
                label=label, placeholder="as it is", max_lines=1, min_width=120, elem_id=name
            )
            for name, label in NUMBERS.items()
        }
    return {"method": method, "strength": strength, **numbers}


def _mask(gr: Any) -> dict[str, Any]:
    with gr.Accordion("Only a part: draw what may change", open=False, elem_id="part"):
        editor = gr.ImageEditor(
            label="Mask",
            sources=(),
            transforms=(),
            layers=False,
            buttons=[],
            brush=gr.Brush(colors=["#ff2020"], color_mode="fixed"),
            elem_id="editor",
        )
        keep = gr.Checkbox(label="Keep the luminance of each pixel")
        tint = gr.Checkbox(label="Tint a grey photograph")
    return {"editor": editor, "keep_luminance": keep, "tint": tint}


def _result(gr: Any) -> dict[str, Any]:
    slider = gr.ImageSlider(label="Before and after", buttons=[], elem_id="slider")
    line = gr.HTML(status("Add a photograph."), elem_id="status")
    with gr.Row():
        recolour = gr.Button("Recolour", variant="primary", elem_id="recolour")
        stop = gr.Button("Stop", elem_id="stop")
        everything = gr.Button("All with this edit", visible=False, elem_id="all")
    return {
        "slider": slider,
        "status": line,
        "recolour": recolour,
        "stop": stop,
        "everything": everything,
        "figures": gr.HTML("", elem_id="figures"),
        "downloads": gr.File(
            label="Downloads", file_count="multiple", interactive=False, elem_id="downloads"
        ),
        "lines": gr.Code(
            label="The same in Python", language=None, interactive=False, elem_id="lines"
        ),
    }
