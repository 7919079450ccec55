"""Networks in PyTorch with random weights, exported as anyone would, with an input and what they make of it.

    python tools/peers/mapping_fixtures.py zoo/src/mapping/fixtures

Writes NAME.safetensors (the exported state dict) and NAME-outputs.safetensors (`input` and outputs, channels last) for the U-Net of
networks.py and for nnU-Net's ResidualEncoderUNet. Needs torch 2.13, safetensors 0.8 and dynamic-network-architectures 0.4
(`pip install --no-deps dynamic-network-architectures`).
"""
import sys
from pathlib import Path

import torch
from dynamic_network_architectures.architectures.unet import ResidualEncoderUNet
from safetensors.torch import save_file
from torch import Tensor, nn

from networks import UNet


def vary(model: nn.Module, seed: int) -> nn.Module:
    """Gives all weights and statistics values as after training, small variances among them."""
    generator = torch.Generator().manual_seed(seed)
    for name, value in model.state_dict().items():
        if value.ndim == 0:
            value.fill_(100)
        elif name.endswith("running_var"):
            value.uniform_(1e-4, 0.05, generator=generator)
        elif value.ndim > 1:
            value.normal_(0, (2 / value[0].numel()) ** 0.5, generator=generator)
        else:
            value.uniform_(-0.5, 1, generator=generator)
    return model.eval()


def unique(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Without second names of the same tensor, which safetensors refuses."""
    seen: set[int] = set()
    result = {}
    for name, value in state.items():
        if value.data_ptr() not in seen:
            result[name] = value.contiguous()
        seen.add(value.data_ptr())
    return result


def channels_last(x: Tensor) -> Tensor:
    return x.detach().movedim(1, -1).contiguous()


def write(folder: Path, name: str, model: nn.Module, outputs: dict[str, Tensor]) -> None:
    save_file(unique(model.state_dict()), folder / f"{name}.safetensors")
    save_file({key: channels_last(value) for key, value in outputs.items()}, folder / f"{name}-outputs.safetensors")


def main(folder: Path) -> None:
    generator = torch.Generator().manual_seed(0)
    unet = vary(UNet(filters=3, levels=2, classes=3), seed=1)
    x = torch.randn([1, 1, 8, 12, 4], generator=generator)
    with torch.no_grad():
        write(folder, "unet", unet, {"input": x, "bottleneck": unet.encoder(x)[-1], "probabilities": unet(x).softmax(1)})

    residual = vary(
        ResidualEncoderUNet(
            input_channels=2,
            n_stages=3,
            features_per_stage=(4, 6, 6),
            conv_op=nn.Conv3d,
            kernel_sizes=3,
            strides=(1, 2, 2),
            n_blocks_per_stage=(1, 3, 2),
            num_classes=2,
            n_conv_per_stage_decoder=(1, 1),
            conv_bias=True,
            norm_op=nn.InstanceNorm3d,
            norm_op_kwargs={"eps": 1e-5, "affine": True},
            nonlin=nn.LeakyReLU,
            nonlin_kwargs={"inplace": True},
        ),
        seed=2,
    )
    x = torch.randn([2, 2, 8, 12, 4], generator=generator)
    with torch.no_grad():
        write(folder, "residual", residual, {"input": x, **{f"level{i}": level for i, level in enumerate(residual.encoder(x))}})


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(Path(sys.argv[1]))
