"""The benchmark's networks in PyTorch, layer by layer as @ssl3d/nn builds them: same shapes, same number of trained values."""
from typing import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Step = Callable[[], Tensor]
"""Forward pass and loss."""


class ConvBlock(nn.Sequential):
    """The original's block: convolution, ReLU, batch normalisation, dropout, convolution, ReLU, batch normalisation."""

    def __init__(self, inputs: int, filters: int, dropout: float = 0.0) -> None:
        def half(channels: int) -> list[nn.Module]:
            return [nn.Conv3d(channels, filters, 3, padding=1), nn.ReLU(inplace=True), nn.BatchNorm3d(filters)]

        super().__init__(*half(inputs), *([nn.Dropout(dropout)] if dropout > 0 else []), *half(filters))


class Encoder(nn.Module):
    """Blocks with max pooling between them; gives every block's output, shallow to deep."""

    def __init__(self, filters: int, levels: int, dropout: float) -> None:
        super().__init__()
        widths = [filters * 2**level for level in range(levels + 1)]
        self.blocks = nn.ModuleList(ConvBlock(i, o, dropout) for i, o in zip([1, *widths], widths))

    def forward(self, x: Tensor) -> list[Tensor]:
        pyramid: list[Tensor] = []
        for block in self.blocks:
            pyramid.append(block(F.max_pool3d(pyramid[-1], 2) if pyramid else x))
        return pyramid


class UNet(nn.Module):
    """The original's U-Net."""

    def __init__(self, filters: int, levels: int, classes: int) -> None:
        super().__init__()
        self.encoder = Encoder(filters, levels, dropout=0)
        widths = [filters * 2**level for level in reversed(range(levels))]
        self.up = nn.ModuleList(nn.ConvTranspose3d(2 * width, width, 2, stride=2) for width in widths)
        self.blocks = nn.ModuleList(ConvBlock(2 * width, width) for width in widths)
        self.output = nn.Conv3d(filters, classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        *skips, x = self.encoder(x)
        for up, block in zip(self.up, self.blocks):
            x = block(torch.cat([up(x), skips.pop()], 1))
        return self.output(x)


def monai_basic_unet(filters: int, levels: int, classes: int) -> nn.Module:
    """MONAI's BasicUNet: two convolutions a level with max pooling as ours, batch normalisation before ReLU."""
    from monai.networks.nets import BasicUNet

    features = [filters * 2**level for level in range(levels + 1)] + [filters]
    return BasicUNet(spatial_dims=3, in_channels=1, out_channels=classes, features=features, norm="batch", act="relu")


def monai_unet(filters: int, levels: int, classes: int) -> nn.Module:
    """MONAI's U-Net of the same depth and widths: strided convolutions, no residual units, its defaults otherwise."""
    from monai.networks.nets import UNet as MonaiUNet

    channels = [filters * 2**level for level in range(levels + 1)]
    return MonaiUNet(spatial_dims=3, in_channels=1, out_channels=classes, channels=channels, strides=[2] * levels, num_res_units=0)


class ProxyEncoder(nn.Module):
    """The encoder of the published 3D proxy tasks, max pooling behind it, its output flattened."""

    def __init__(self, filters: int, levels: int) -> None:
        super().__init__()
        self.encoder = Encoder(filters, levels, dropout=0.5)

    def forward(self, cubes: Tensor) -> Tensor:
        return F.max_pool3d(self.encoder(cubes)[-1], 2).flatten(1)


def proxy_outputs(side: int, filters: int, levels: int) -> int:
    return filters * 2**levels * (side // 2 ** (levels + 1)) ** 3


class PatchClassifier(nn.Module):
    """Rotation, relative patch location, jigsaw: one encoder for all cubes of an example, the wide dense stack, class scores."""

    def __init__(self, side: int, patches: int, classes: int, filters: int, levels: int) -> None:
        super().__init__()
        self.encoder = ProxyEncoder(filters, levels)
        self.inputs = patches * proxy_outputs(side, filters, levels)
        widths = [2048, 1024]
        stack = [
            layer
            for i, o in zip([self.inputs, *widths], widths)
            for layer in (nn.Linear(i, o), nn.ReLU(inplace=True), nn.BatchNorm1d(o), nn.Dropout(0.5))
        ]
        self.head = nn.Sequential(*stack, nn.Linear(widths[-1], classes))

    def forward(self, cubes: Tensor) -> Tensor:
        return self.head(self.encoder(cubes).reshape(-1, self.inputs))


class PredictiveCoding(nn.Module):
    """Contrastive predictive coding: codes of patches, a GRU over the context's, a linear prediction of each further code."""

    def __init__(self, side: int, contextTerms: int, predictionTerms: int, filters: int, levels: int) -> None:
        super().__init__()
        self.terms = (contextTerms, predictionTerms)
        self.encoder = ProxyEncoder(filters, levels)
        self.code = nn.Linear(proxy_outputs(side, filters, levels), 1024)
        self.context = nn.GRU(1024, 256, batch_first=True)
        self.predictions = nn.ModuleList(nn.Linear(256, 1024) for _ in range(predictionTerms))

    def forward(self, seen: Tensor, hidden: Tensor) -> Tensor:
        codes = [self.code(self.encoder(cubes)).unflatten(0, (-1, terms)) for cubes, terms in zip((seen, hidden), self.terms)]
        summary = self.context(codes[0])[1][0]
        predicted = torch.stack([prediction(summary) for prediction in self.predictions], 1)
        return (predicted * codes[1]).mean((1, 2))


class Exemplar(nn.Module):
    """Three volumes through one encoder, one after the other, each through a sigmoid layer of its own to a code."""

    def __init__(self, side: int, filters: int, levels: int) -> None:
        super().__init__()
        self.encoder = ProxyEncoder(filters, levels)
        self.heads = nn.ModuleList(nn.Linear(proxy_outputs(side, filters, levels), 1024) for _ in range(3))

    def forward(self, *volumes: Tensor) -> list[Tensor]:
        return [head(self.encoder(volume)).sigmoid() for head, volume in zip(self.heads, volumes)]


def dice_cross_entropy(logits: Tensor, truth: Tensor) -> Tensor:
    """Soft Dice loss over the whole batch plus cross-entropy; truth is one-hot."""
    positions = (0, 2, 3, 4)
    p = logits.softmax(1)
    dice = (2 * (p * truth).sum(positions) + 1e-5) / (p.sum(positions) + truth.sum(positions) + 1e-5)
    return 1 - dice.mean() + F.cross_entropy(logits, truth)


def triplet(augmented: Tensor, original: Tensor, negative: Tensor) -> Tensor:
    """Mean over triplets, mean squared distances, margin of one."""
    return F.relu((augmented - original).square().mean(-1) - (augmented - negative).square().mean(-1) + 1).mean()
