"""A picture of outcomes as HTML: images one over the other, each with a switch, and a scale bar."""

import base64

import numpy as np

from geounet.evaluation.picture import COLOURS, Overlay, Picture
from geounet.html.markup import Markup, joined, tag
from geounet.html.scale import scale_bar
from geounet.html.switches import layer_class, switch
from geounet.raster.thumbnail import Thumbnail, photograph, png


def map_view(picture: Picture) -> Markup:
    """The picture, with a switch in the legend for each of its layers; it works without scripts."""
    shown = [overlay for overlay in picture.overlays if overlay.opacity.any()]
    switches = [_switch(overlay) for overlay in shown]
    images = [_image("image/png", png(overlay.rgba()), overlay.outcome) for overlay in shown]
    if picture.backdrop is not None:
        switches.insert(0, _scene_switch())
        images.insert(0, _image(*_scene(picture.backdrop), "scene"))
    rows, cols = picture.grid.height, picture.grid.width
    frame = f"aspect-ratio:{cols}/{rows};max-width:min(100%,calc(82vh*{cols / rows:.4f}))"
    coarse = " coarse" if max(rows, cols) < 400 else ""
    stage = tag("div", *images, _scale_bar(picture), class_=f"stage{coarse}", style=frame)
    return tag("div", *switches, stage, class_="map")


def _switch(overlay: Overlay) -> Markup:
    name = overlay.outcome
    swatch = tag("span", class_="swatch", style=f"background:rgb{COLOURS[name]}")
    label = joined(swatch, tag("b", name), tag("small", overlay.words))
    return switch(name, label)


def _scene_switch() -> Markup:
    return switch("scene", joined(tag("span", class_="swatch ground"), tag("b", "scene")))


def _image(media: str, data: bytes, name: str) -> Markup:
    source = f"data:{media};base64,{base64.b64encode(data).decode('ascii')}"
    return tag("img", src=source, alt=name, class_=layer_class(name))


def _scene(backdrop: Thumbnail) -> tuple[str, bytes]:
    """The scene as a picture, clear where it is not valid."""
    alpha = np.where(backdrop.valid, np.uint8(255), np.uint8(0))
    return photograph(np.concatenate([backdrop.image, alpha[None]]))


def _scale_bar(picture: Picture) -> Markup | None:
    """A bar of a round length; none where nothing places the picture on the ground."""
    pixel = picture.metres_per_pixel
    return None if pixel is None else scale_bar(pixel * picture.grid.width)
