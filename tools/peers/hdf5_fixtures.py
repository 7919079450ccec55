"""Keras weights files with what h5wasm cannot write: halves and doubles, and weights that lie in another file.

    python tools/peers/hdf5_fixtures.py zoo/src/hdf5/fixtures

Each is the original's encoder of images with one block, written by h5py as Keras writes it. `expected` holds the first kernel as numpy
makes float32 of it. Needs h5py 3.14 and numpy.
"""
import sys
from pathlib import Path

import h5py
import numpy as np


def weights(dtype: str) -> dict[str, dict[str, np.ndarray]]:
    generator = np.random.default_rng(1)
    first = generator.normal(size=(3, 3, 1, 2)).astype(dtype)
    # the greatest and the smallest half, minus zero, and a number between two halves and two floats
    first.flat[:5] = np.array([65504, 2.0**-24, -0.0, 1 / 3, -1 - 2.0**-11], dtype)
    second = generator.normal(size=(3, 3, 2, 2)).astype(dtype)
    return {
        "conv2d": {"kernel:0": first, "bias:0": np.array([0.1, -0.2], dtype)},
        "conv2d_1": {"kernel:0": second, "bias:0": np.array([0.3, 0.4], dtype)},
    }


def write(path: Path, layers: dict[str, dict[str, np.ndarray]]) -> None:
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name in layers]
        file.attrs["keras_version"] = b"2.11.0"
        for name, tensors in layers.items():
            group = file.create_group(name)
            group.attrs["weight_names"] = [f"{name}/{tensor}".encode() for tensor in tensors]
            for tensor, value in tensors.items():
                group.create_dataset(f"{name}/{tensor}", data=value)
        file.create_dataset("expected", data=layers["conv2d"]["kernel:0"].astype("float32"))


def replace_first(path: Path, make) -> None:
    write(path, weights("float32"))
    with h5py.File(path, "a") as file:
        del file["conv2d/conv2d/kernel:0"]
        make(file, "conv2d/conv2d/kernel:0")


def virtual(file: h5py.File, name: str) -> None:
    layout = h5py.VirtualLayout((3, 3, 1, 2), "<f4")
    layout[...] = h5py.VirtualSource("elsewhere.hdf5", "/conv2d/conv2d/kernel:0", (3, 3, 1, 2))
    file.create_virtual_dataset(name, layout)


def external(file: h5py.File, name: str) -> None:
    file.create_dataset(name, (3, 3, 1, 2), "<f4", external=[("elsewhere.bin", 0, 72)])


folder = Path(sys.argv[1])
folder.mkdir(exist_ok=True)
for dtype in ("float16", "float64"):
    write(folder / f"{dtype}.hdf5", weights(dtype))
# as h5py writes bfloat16
replace_first(folder / "opaque.hdf5", lambda file, name: file.create_dataset(name, data=np.zeros((3, 3, 1, 2), "V2")))
replace_first(folder / "virtual.hdf5", virtual)
replace_first(folder / "external.hdf5", external)
