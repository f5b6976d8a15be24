"""Augmentation of a batch of crops into what the network is trained on."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from geounet.models.card import Normalization
from geounet.training.augmentation.deform import sampling_grid, warp
from geounet.training.config.augment import AugmentConfig
from geounet.training.libraries import kornia


class Augmentation(nn.Module):
    """Crops (see data.py) to final squares: deformed, recoloured, normalised."""

    mean: Tensor
    std: Tensor

    def __init__(self, config: AugmentConfig, normalization: Normalization, *, final: int) -> None:
        super().__init__()
        self.config, self.final = config, final
        self.colour = colour_changes(config, bands=len(normalization.mean))
        self.register_buffer("mean", torch.tensor(normalization.mean)[:, None, None])
        self.register_buffer("std", torch.tensor(normalization.std)[:, None, None])

    @torch.no_grad()
    def forward(self, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Images (N, C, h, w) float32 as the network takes them, labels (N, h, w) int64, weights (N, h, w) float32."""
        grid = sampling_grid(batch["zoom"], self.config, final=self.final, side=batch["image"].shape[-1])
        planes = torch.stack([batch["labels"].float(), batch["weights"]], dim=1)
        image, planes = warp(batch["image"], planes, grid=grid)
        labels, weights = planes[:, 0].long(), planes[:, 1]
        image = (self.colour(image) - self.mean) / self.std
        # Invalid pixels weigh nothing; the network sees them as it will in inference, as 0 after normalisation.
        return image.masked_fill((weights == 0)[:, None], 0.0), labels, weights


def colour_changes(config: AugmentConfig, *, bands: int) -> nn.Sequential:
    """The changes of colour that are turned on, in the order in which a surface, the air and a camera make them."""
    c = config
    changes: list[nn.Module] = []
    if c.band or c.brightness or c.contrast or c.saturation or c.grey:
        changes.append(Tone(c, bands))
    if c.gamma:
        changes.append(kornia.RandomGamma((1 / (1 + c.gamma), 1 + c.gamma), p=0.4))
    if c.haze:
        changes.append(Haze(c.haze))
    if c.blur:
        changes.append(Blur(c.blur))
    if c.noise:
        changes.append(Noise(c.noise))
    return nn.Sequential(*changes)


class Tone(nn.Module):
    """Gain and offset of each band, saturation, contrast and brightness, as one affine map of each pixel's colour."""

    def __init__(self, config: AugmentConfig, bands: int) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("identity", torch.eye(bands), persistent=False)
        self.identity: Tensor

    def forward(self, image: Tensor) -> Tensor:
        """Images (N, C, h, w) in 0 … 1; a map for each image."""
        count, bands = image.shape[:2]
        gain, grey, contrast, brightness = (self._draw((count, n, 1)) for n in (bands, 1, 1, 1))
        c = self.config
        saturation = (1 + grey * c.saturation) * (self._draw((count, 1, 1)) >= 2 * c.grey - 1)
        scale = 1 + contrast * c.contrast
        mix = saturation * self.identity + (1 - saturation) / bands
        matrix = scale * mix * (1 + gain * c.band).transpose(1, 2)
        offset = 0.5 * (1 - scale) + brightness * c.brightness + self._draw((count, bands, 1)) * c.band / 2
        return torch.baddbmm(offset, matrix, image.flatten(2)).clamp_(0, 1).view_as(image)

    def _draw(self, shape: tuple[int, ...]) -> Tensor:
        """Uniform from −1 to 1."""
        return torch.rand(shape, device=self.identity.device) * 2 - 1


class Haze(nn.Module):
    """A bright, nearly grey veil whose density varies smoothly, on half of the images."""

    def __init__(self, densest: float) -> None:
        super().__init__()
        self.densest = densest

    def forward(self, image: Tensor) -> Tensor:
        """Images (N, C, h, w) in 0 … 1, blended towards the veil's colour."""
        count, bands, height, width = image.shape
        device = image.device
        chosen = (torch.rand(count, 1, 1, 1, device=device) < 0.5) * torch.rand(count, 1, 1, 1, device=device)
        corners = torch.rand(count, 1, 2, 2, device=device) * chosen * self.densest
        density = functional.interpolate(corners, (height, width), mode="bilinear", align_corners=True)
        veil = 0.75 + 0.2 * torch.rand(count, bands, 1, 1, device=device)
        return image.lerp(veil.expand_as(image), density)


class Blur(nn.Module):
    """A soft focus, on half of the images: each pixel drawn towards the mean of the nine round it."""

    def __init__(self, most: float) -> None:
        super().__init__()
        self.most = most

    def forward(self, image: Tensor) -> Tensor:
        """Images (N, C, h, w); the strength is drawn for each."""
        share = (torch.rand(len(image), 1, 1, 1, device=image.device) * 2 - 1).clamp_min(0) * self.most
        padded = functional.pad(image, (1, 1, 1, 1), mode="reflect")
        return image.lerp(functional.avg_pool2d(padded, 3, stride=1), share)


class Noise(nn.Module):
    """Sensor noise: normal, of a strength drawn for each image."""

    def __init__(self, strongest: float) -> None:
        super().__init__()
        self.strongest = strongest

    def forward(self, image: Tensor) -> Tensor:
        """Images (N, C, h, w) in 0 … 1."""
        strength = torch.rand(len(image), 1, 1, 1, device=image.device) ** 2 * self.strongest
        return torch.addcmul(image, torch.randn_like(image), strength).clamp(0, 1)
