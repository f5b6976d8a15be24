"""Networks that segmentation-models-pytorch saved, on its hub or in a folder (`save_pretrained`)."""

from collections.abc import Mapping
from typing import Any

from geounet.errors import ModelError
from geounet.models.card import ModelCard, Normalization
from geounet.models.hub_manners import quiet_hub
from geounet.models.hub_model import MARGIN, STRIDE, TILE, HubModel, numbered_classes
from geounet.models.networks import segformer, unet, unet_plus_plus
from geounet.models.reasons import reason_of
from geounet.models.torchvision_ops import declare_missing_operators

NETWORKS = {
    "Unet": ("Unet", unet.OPTIONS),
    "UnetPlusPlus": ("UnetPlusPlus", unet_plus_plus.OPTIONS),
    "Segformer": ("SegFormer", segformer.OPTIONS),
}
"""What smp's classes are called in a card, and which of their arguments a card has."""

BAND_NAMES = {"RGB": ("red", "green", "blue"), "BGR": ("blue", "green", "red")}


def read_smp(identifier: str) -> HubModel:
    """The network named `owner/name`, `owner/name@revision`, or a folder, and its card.

    smp keeps the network's arguments but neither classes' names, nor bands, nor GSD: a card made here names
    classes by number, and takes the encoder's own normalisation of counts. Raises ModelError where there is no such
    model, it cannot be fetched, or is a network that geounet does not build of smp's.
    """
    declare_missing_operators()
    import segmentation_models_pytorch as smp

    repository, _, revision = identifier.partition("@")
    try:
        with quiet_hub():
            # The encoder's own pretrained weights would be fetched only to be written over.
            module = smp.from_pretrained(repository, revision=revision or None, encoder_weights=None)
            config = dict(module.config)
            preprocessing = smp.encoders.get_preprocessing_params(config["encoder_name"])
    except Exception as error:  # a download fails in as many ways as its libraries know; the remedy is one
        reason = reason_of(error)
        raise ModelError(
            f"model 'smp:{identifier}' cannot be fetched ({reason}); check its name and the connection"
        ) from error
    network = type(module).__name__
    if network not in NETWORKS:
        raise ModelError(f"model 'smp:{identifier}' is {network}; this geounet builds {', '.join(NETWORKS)}")
    card = card_of(identifier, config, preprocessing, network=network)
    return HubModel(card, module.state_dict())


def card_of(
    identifier: str, config: Mapping[str, Any], preprocessing: Mapping[str, Any], *, network: str
) -> ModelCard:
    """The card that smp's configuration of a network and its encoder's preprocessing make."""
    scores, bands = int(config.get("classes", 1)), int(config.get("in_channels", 3))
    exclusive = scores > 1 and config.get("activation") != "sigmoid"
    named = BAND_NAMES.get(preprocessing["input_space"], ()) if bands == 3 else ()
    repository = identifier.partition("@")[0]
    return ModelCard(
        name=repository.rstrip("/\\").replace("\\", "/").rpartition("/")[2],
        version=identifier.partition("@")[2] or "smp",
        description=f"{repository} as saved by segmentation-models-pytorch",
        task="areas",
        architecture=_architecture(config, network=network),
        bands=named or tuple(f"band_{i}" for i in range(1, bands + 1)),
        classes=numbered_classes(scores, exclusive=exclusive),
        activation="softmax" if exclusive else "sigmoid",
        gsd_m=None,
        normalization=_normalization(preprocessing, bands=bands),
        tile=TILE,
        margin=MARGIN,
        stride=STRIDE,
        license="unknown: see the model's own page",
        sources=(f"smp:{identifier}",),
    )


def _architecture(config: Mapping[str, Any], *, network: str) -> dict[str, Any]:
    name, keys = NETWORKS[network]
    options = {key: config[key] for key in keys if config.get(key) is not None}
    legacy = config.get("decoder_use_batchnorm")  # smp before 0.5
    if legacy is not None and "decoder_use_norm" in keys:
        options["decoder_use_norm"] = {True: "batchnorm", False: False}.get(legacy, legacy)
    return {"name": name, "encoder": config["encoder_name"], **options}


def _normalization(preprocessing: Mapping[str, Any], *, bands: int) -> Normalization:
    """The encoder's mean and std, of counts scaled to 0 … 1; for other than three bands, their averages."""
    high = float(preprocessing["input_range"][1])
    mean, std = (tuple(float(v) / high for v in preprocessing[key]) for key in ("mean", "std"))
    if len(mean) != bands:
        mean, std = (sum(mean) / len(mean),) * bands, (sum(std) / len(std),) * bands
    return Normalization(range="dtype", percentiles=(2.0, 98.0), mean=mean, std=std)
