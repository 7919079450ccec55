"""One training step in PyTorch, measured: zero_grad, forward, loss, backward, Adam, on random data.

    python tools/peers/train_step.py ORDER

ORDER is JSON: {"framework": "pytorch" | "monai-unet" | "monai-basic-unet", "layout": "default" | "channels_last_3d", "precision": "float32" | "bf16",
"threads": N, "network": {"name": ..., sizes}}. It prints one JSON object when the network is built and one for each line "step"
read from stdin, as packages/node/src/bench/cell-protocol.ts says. Needs torch 2.13, and monai for its network.
"""
import copy
import json
import resource
import sys
import time
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

import networks
from networks import Step


def main(order: dict[str, Any]) -> None:
    torch.set_num_threads(order["threads"])
    torch.manual_seed(0)
    version = torch.__version__
    if order["framework"] != "pytorch":
        import monai

        version = f"{monai.__version__} on torch {version}"
    baseline = resident_mib()
    model, data = build(order["framework"], dict(order["network"]))
    operations = count_operations(model, data)
    if order["layout"] == "channels_last_3d":
        model = model.to(memory_format=torch.channels_last_3d)
        data = [x.contiguous(memory_format=torch.channels_last_3d) if x.ndim == 5 else x for x in data]
    forward = step_of(model, data, order["precision"] == "bf16")
    optimizer = torch.optim.Adam(model.parameters())
    send(
        operations=operations,
        parameters=sum(p.numel() for p in model.parameters()),
        baselineRssMiB=baseline,
        threads=torch.get_num_threads(),
        version=version,
    )
    for line in sys.stdin:
        if line.strip() != "step":
            continue
        start, cpu = time.perf_counter(), time.process_time()
        optimizer.zero_grad()
        loss = forward()
        loss.backward()
        optimizer.step()
        loss.item()
        ms, cpu_ms = 1e3 * (time.perf_counter() - start), 1e3 * (time.process_time() - cpu)
        send(ms=ms, cpuMs=cpu_ms, peakRssMiB=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def build(framework: str, network: dict[str, Any]) -> tuple[nn.Module, list[Tensor]]:
    """The network, its inputs and, last, its truth where it has one."""
    name, batch = network.pop("name"), network.pop("batch")
    size = network["side"] if "side" in network else network.pop("size")

    def cubes(count: int) -> Tensor:
        return torch.randn(count, 1, size, size, size)

    def one_hot(*shape: int) -> Tensor:
        classes = network["classes"]
        labels = torch.arange(torch.Size(shape).numel()).remainder(classes).reshape(shape)
        return F.one_hot(labels, classes).movedim(-1, 1).float().contiguous()

    match name:
        case "unet":
            make = {"pytorch": networks.UNet, "monai-unet": networks.monai_unet, "monai-basic-unet": networks.monai_basic_unet}
            return make[framework](**network), [cubes(batch), one_hot(batch, size, size, size)]
        case "patch-classifier":
            return networks.PatchClassifier(**network), [cubes(batch * network["patches"]), one_hot(batch)]
        case "predictive-coding":
            terms = network["contextTerms"], network["predictionTerms"]
            truth = torch.arange(1, batch + 1).remainder(2).float()
            return networks.PredictiveCoding(**network), [*(cubes(batch * count) for count in terms), truth]
        case "exemplar":
            return networks.Exemplar(**network), [cubes(batch) for _ in range(3)]
    raise ValueError(f"unknown network {name}")


def step_of(model: nn.Module, data: list[Tensor], bf16: bool) -> Step:
    """Forward pass, in bf16 autocast where asked for, and the loss in float32."""

    def run(*inputs: Tensor) -> Any:
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            return model(*inputs)

    if isinstance(model, networks.Exemplar):
        return lambda: networks.triplet(*(code.float() for code in run(*data)))
    *inputs, truth = data
    if isinstance(model, networks.PatchClassifier):
        return lambda: F.cross_entropy(run(*inputs).float(), truth)
    if isinstance(model, networks.PredictiveCoding):
        return lambda: F.binary_cross_entropy_with_logits(run(*inputs).float(), truth)
    return lambda: networks.dice_cross_entropy(run(*inputs).float(), truth)


def count_operations(model: nn.Module, data: list[Tensor]) -> int:
    """Multiplications and additions of convolutions and matrix products in a step, counted by PyTorch without computing them."""
    shapes_only = copy.deepcopy(model).to("meta")
    with FlopCounterMode(display=False) as counter:
        step_of(shapes_only, [x.to("meta") for x in data], bf16=False)().backward()
    return counter.get_total_flops()


def resident_mib() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() // 2**20


def send(**message: Any) -> None:
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
