"""An item of STAC → the item of a batch: which of its assets is read, and how."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from geounet.batching.item import Item
from geounet.batching.options import SourceOptions
from geounet.batching.sources import signing
from geounet.batching.sources.addresses import is_address, unsigned
from geounet.batching.sources.catalogues import Document, item_time
from geounet.batching.sources.kinds import is_raster_name
from geounet.batching.sources.remote import remote_raster
from geounet.errors import OptionsError, SceneError
from geounet.raster.address import RasterAddress
from geounet.raster.virtual_stack import Layer, stack

PICTURES = ("visual", "image")
"""Assets that are taken before others, by name."""

_TYPES = ("image/tiff", "image/jp2", "image/vnd.stac.geotiff", "image/png", "image/jpeg", "image/webp")

_ASIDE = frozenset({"thumbnail", "overview", "metadata", "preview", "rendered_preview", "tilejson"})
"""Names and roles of assets that are about the data."""


def asset_item(document: Document, options: SourceOptions) -> Item:
    """The raster of a STAC item: one asset, or several of one band each as one (`B04+B03+B02`).

    An item that lacks what was asked for, or whose bands cannot be put together, is refused by its line.
    """
    content = document.content
    name = "/".join(str(part) for part in (content.get("collection"), content.get("id", "item")) if part)
    identity: dict[str, str | int] = {"item": name}
    moment = item_time(content)
    try:
        names = _chosen(content.get("assets") or {}, options.assets, item=name)
        raster = _raster(document, names, options)
        identity |= _identity(document, names)
    except (SceneError, OptionsError) as error:
        raster, names = RasterAddress(address=name), ()
        identity |= {"href": document.shown, "assets": ",".join(options.assets), "refused": str(error)}
    return Item(
        name=name,
        raster=raster,
        identity=identity,
        shown=" ".join([name, "+".join(names)]).strip(),
        date=None if moment is None else moment.partition("/")[0].replace("..", "") or None,
    )


def _chosen(assets: Mapping[str, Mapping[str, Any]], wanted: Sequence[str], *, item: str) -> tuple[str, ...]:
    """The names of the assets that are read; several are bands of one raster."""
    for name in wanted:
        names = (name,) if name in assets else tuple(name.split("+"))
        if all(part in assets for part in names):
            return names
    rasters = [name for name, asset in assets.items() if _is_raster(name, asset)]
    if wanted:
        raise SceneError(
            f"{item} has no asset {' or '.join(wanted)}; expected one of {', '.join(rasters) or 'none'}: pass --asset"
        )
    for name in PICTURES:
        if name in rasters:
            return (name,)
    for role in ("visual", "data"):
        found = [name for name in rasters if role in (assets[name].get("roles") or ())]
        if len(found) == 1:
            return (found[0],)
    if len(rasters) == 1:
        return (rasters[0],)
    raise SceneError(
        f"{item} has {len(rasters)} assets that may be meant ({', '.join(rasters[:20])}); "
        "expected one, `visual` or `image`: pass --asset, several bands as --asset red+green+blue"
    )


def _is_raster(name: str, asset: Mapping[str, Any]) -> bool:
    """Whether an asset is a raster, and no picture of one."""
    if name in _ASIDE or _ASIDE & set(asset.get("roles") or ()):
        return False
    kind = str(asset.get("type") or "").lower()
    return (
        kind.startswith(_TYPES)
        if kind
        else is_raster_name(urlsplit(str(asset.get("href"))).path.rpartition("/")[2])
    )


def _raster(document: Document, names: Sequence[str], options: SourceOptions) -> RasterAddress:
    layers = [
        Layer(
            raster=_asset_raster(document, name, options),
            name=_band_name(document.content["assets"][name], name),
        )
        for name in names
    ]
    if len(layers) == 1:
        return layers[0].raster
    signers = {layer.raster.signing for layer in layers}
    if len(signers) > 1:
        raise SceneError(
            f"assets {'+'.join(names)} are not signed alike; expected all or none to be: choose others"
        )
    first = layers[0].raster
    return RasterAddress(
        address=f"{document.content.get('id', 'item')} {'+'.join(names)}",
        document=stack(layers, signing.sign),
        config=first.config,
        signing=first.signing,
    )


def _asset_raster(document: Document, name: str, options: SourceOptions) -> RasterAddress:
    href = document.resolved(_href(document, name))
    if is_address(href):
        return remote_raster(href, sign=options.sign, catalogue=document.address)
    return RasterAddress(address=href)


def _href(document: Document, name: str) -> str:
    href = document.content["assets"][name].get("href")
    if not isinstance(href, str) or not href:
        raise SceneError(f"asset {name} of {document.shown} has no address; expected an href: choose another")
    return href


def _band_name(asset: Mapping[str, Any], name: str) -> str:
    """What the only band of an asset is called: its common name, else its own, else the asset's."""
    bands = asset.get("bands") or asset.get("eo:bands") or [{}]
    first = bands[0]
    return str(first.get("eo:common_name") or first.get("common_name") or first.get("name") or name)


def _identity(document: Document, names: Sequence[str]) -> dict[str, str | int]:
    """What says that an asset is the same: its address, and when the item, or what is in the file, changed."""
    assets = [document.content["assets"][name] for name in names]
    hrefs = [unsigned(document.resolved(_href(document, name))) for name in names]
    identity: dict[str, str | int] = {"asset": "+".join(names), "href": " ".join(hrefs)}
    sums = [str(asset["file:checksum"]) for asset in assets if asset.get("file:checksum")]
    updated = [str(asset["updated"]) for asset in assets if asset.get("updated")]
    properties = document.content.get("properties") or {}
    if len(sums) == len(assets):
        return identity | {"checksum": " ".join(sums)}
    changed = " ".join(updated) or str(properties.get("updated") or "")
    return identity | ({"updated": changed} if changed else {})
