"""Both ends of the way through ssl3d that tools/src/test-keras.ts takes: files of tf_keras, and what tf_keras reads of those written back.

    python tools/peers/keras_round_trip.py make FOLDER    # NAME.hdf5, its weights and outputs, and inputs for every case of cases.json
    python tools/peers/keras_round_trip.py check FOLDER   # loads back-NAME.hdf5 and own-NAME.hdf5 by position; prints a line for each check
"""
import json
import os
import sys
from pathlib import Path

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", TF_ENABLE_ONEDNN_OPTS="0", CUDA_VISIBLE_DEVICES="-1")
import h5py
import numpy as np
import tf_keras as keras

from keras_models import APPLICATIONS, build, encoder_of

TOLERANCE = 1e-4


def vary(model, noise, random):
    """Gives all weights and statistics values as after training."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            vary(layer, noise, random)
        elif isinstance(layer, keras.layers.TimeDistributed):
            vary(layer.layer if isinstance(layer.layer, keras.Model) else keras.Sequential([layer.layer]), noise, random)
        else:
            for weight in layer.weights:
                value = weight.numpy()
                noise = random.normal(0, 0.05, value.shape).astype(np.float32)
                weight.assign(value + (np.abs(noise) if "variance" in weight.name else noise))


def answer(model, inputs):
    return model(inputs if len(inputs) > 1 else inputs[0], training=False).numpy()


def load_inputs(folder, case):
    return [np.load(folder / f"{case['name']}-input{place}.npy") for place in range(len(case["inputs"]))]


def same_bits(ours, theirs):
    return len(ours) == len(theirs) and all(a.shape == b.shape and a.tobytes() == b.tobytes() for a, b in zip(ours, theirs))


def listing(path):
    """Names of the groups and of their weights, in order."""
    with h5py.File(path) as file:
        root = file["model_weights"] if "model_weights" in file else file
        text = lambda name: name.decode() if isinstance(name, bytes) else name
        return [(text(name), [text(weight) for weight in root[text(name)].attrs["weight_names"]]) for name in root.attrs["layer_names"]]


def make(folder, cases):
    for seed, case in enumerate(cases):
        keras.backend.clear_session()
        random = np.random.default_rng(seed)
        if seed % 2 == 1:
            # later in a session the layers' names have other numbers
            build(case)
        model = build(case)
        vary(model, 0.05, random)
        inputs = [random.uniform(0, 1, (2, *shape)).astype(np.float32) for shape in case["inputs"]]
        for place, values in enumerate(inputs):
            np.save(folder / f"{case['name']}-input{place}.npy", values)
        np.save(folder / f"{case['name']}-expected.npy", answer(model, inputs))
        np.savez(folder / f"{case['name']}-weights.npz", *model.get_weights())
        if case["full"]:
            model.compile("adam", "mse")
            model.save(folder / f"{case['name']}.hdf5", save_format="h5")
        else:
            model.save_weights(folder / f"{case['name']}.hdf5", save_format="h5")


def check(folder, cases):
    report = lambda good, text: print(f"{'pass' if good else 'FAIL'}  {text}", flush=True)
    for case in cases:
        name = case["name"]
        keras.backend.clear_session()
        model = build(case)
        inputs = load_inputs(folder, case)
        for way, title in (("back", f"{name}: Keras, ssl3d, Keras"), ("own", f"{name}: ssl3d, Keras")):
            vary(model, 0.5, np.random.default_rng(99))
            try:
                model.load_weights(str(folder / f"{way}-{name}.hdf5"))
            except (ValueError, KeyError, OSError) as error:
                report(False, f"{title}: loads by position ({error})")
                continue
            if way == "back":
                with np.load(folder / f"{name}-weights.npz") as saved:
                    theirs = [saved[f"arr_{place}"] for place in range(len(saved.files))]
                report(listing(folder / f"{name}.hdf5") == listing(folder / f"back-{name}.hdf5"), f"{title}: groups, names and order are the same")
            else:
                theirs = own_weights(folder, name)
            report(same_bits(positional(model), theirs if way == "own" else positional_of(model, theirs)), f"{title}: every weight has the same bits")
            ours, expected = answer(model, inputs), np.load(folder / f"{way}-{name}-output.npy")
            worst = float(np.max(np.abs(ours - expected))) / float(np.max(np.abs(expected))) if ours.shape == expected.shape else float("inf")
            report(worst <= TOLERANCE, f"{title}: outputs as those of ssl3d run (relative difference {worst:.1e})")
    for plugin in APPLICATIONS:
        keras.backend.clear_session()
        model = encoder_of({"encoder": {"name": plugin, "options": {"pooling": "average"}}}, (96, 96, 3))
        named = [(layer.name, [weight.name for weight in layer.weights]) for layer in model.layers if layer.weights]
        report([group for group in listing(folder / f"names-{plugin}.hdf5") if group[1]] == named, f"{plugin}: layers and weights are named and ordered as in a fresh session")


def positional(model):
    """Weights in the order in which a file holds them: layer by layer, of a model within what is trained first."""
    return [weight.numpy() for layer in model.layers for weight in (*layer.trainable_weights, *layer.non_trainable_weights)]


def positional_of(model, values):
    """Values in the order of model.get_weights, in the order of `positional`; what is used twice is there twice."""
    by_id = {id(weight): value for weight, value in zip(model.weights, values)}
    return [by_id[id(weight)] for layer in model.layers for weight in (*layer.trainable_weights, *layer.non_trainable_weights)]


def own_weights(folder, name):
    """The folder's own safetensors in the order that the report of the conversion tells."""
    report = json.loads((folder / f"own-{name}.json").read_text())
    files = {}
    for tensor in report["tensors"]:
        file, weight = tensor["source"].split(": ", 1)
        files.setdefault(file, read_safetensors(folder / f"own-{name}" / file))
    return [files[file][weight] for file, weight in (tensor["source"].split(": ", 1) for tensor in report["tensors"])]


def read_safetensors(path):
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    read = lambda entry: np.frombuffer(data[start + entry["data_offsets"][0] : start + entry["data_offsets"][1]], "<f4").reshape(entry["shape"])
    return {name: read(entry) for name, entry in header.items()}


if __name__ == "__main__":
    target = Path(sys.argv[2])
    {"make": make, "check": check}[sys.argv[1]](target, json.loads((target / "cases.json").read_text()))
