"""Pretrains the original's rotation model in Keras on volumes without labels, and saves it as the original does.

    python tools/peers/keras_pretrain.py VOLUMES CHECKPOINTS [--epochs 40]

VOLUMES is a folder in the BraTS layout (`ssl3d data cohort brain-tumour --unlabelled` makes one), cubes of one size. CHECKPOINTS gets
weights-improvement-EPOCH.hdf5, full models, whenever the loss on the held-out tenth of the volumes falls. Needs tensorflow, tf-keras, nibabel.
Axes and intensities are those that ssl3d takes for a converted encoder: [depth, height, width] as the file has them, every contrast from 0 to 1.
"""
import argparse
import os
from pathlib import Path

# oneDNN: TensorFlow leaves it out on older processors, where its own 3D convolutions are slow
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", TF_ENABLE_ONEDNN_OPTS="1")
import nibabel
import numpy as np
import tensorflow as tf
import tf_keras as keras

from keras_models import build

CONTRASTS = ["t1", "t1ce", "t2", "flair"]

# Quarter and half turns, class by class: axes to flip, then axes to exchange.
TURNS = [
    ((), None),
    ((1,), (0, 1)), ((0, 1), None), ((0,), (0, 1)),
    ((1,), (1, 2)), ((1, 2), None), ((2,), (1, 2)),
    ((0,), (0, 2)), ((0, 2), None), ((2,), (0, 2)),
]


def turn(volume, label):
    flipped, exchanged = TURNS[label]
    volume = np.flip(volume, flipped) if flipped else volume
    return volume if exchanged is None else np.swapaxes(volume, *exchanged)


def load(case):
    channels = []
    for contrast in CONTRASTS:
        voxels = nibabel.load(case / f"{case.name}_{contrast}.nii.gz").get_fdata(dtype=np.float32).transpose(2, 1, 0)
        channels.append((voxels - voxels.min()) / (voxels.max() - voxels.min()))
    return np.stack(channels, axis=-1)


class Turned(keras.utils.Sequence):
    """Batches of volumes turned at random, other ones in every epoch."""

    def __init__(self, volumes, batch, seed):
        super().__init__()
        self.volumes, self.batch, self.random = volumes, batch, np.random.default_rng(seed)
        self.on_epoch_end()

    def __len__(self):
        return -(-len(self.volumes) // self.batch)

    def __getitem__(self, index):
        chosen = self.order[index * self.batch : (index + 1) * self.batch]
        labels = self.random.integers(0, len(TURNS), len(chosen))
        return np.stack([turn(self.volumes[case], label) for case, label in zip(chosen, labels)]), np.eye(len(TURNS), dtype=np.float32)[labels]

    def on_epoch_end(self):
        self.order = self.random.permutation(len(self.volumes))


def main(arguments):
    tf.config.threading.set_intra_op_parallelism_threads(arguments.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    keras.utils.set_random_seed(arguments.seed)
    cases = sorted(path for path in arguments.volumes.iterdir() if path.is_dir())
    volumes = [load(case) for case in cases]
    training = int(0.9 * len(volumes))
    model = build({
        "kind": "rotation",
        "inputs": [volumes[0].shape],
        "classes": len(TURNS),
        "encoder": {"name": "unet", "options": dict(filters=8, levels=3, batchNorm=True, dropout=0.1, dropoutChangePerLevel=0, pooling="max")},
        "part": {"options": dict(widths=[2048, 1024], batchNorm=True, dropout=0.5)},
    })
    model.compile(keras.optimizers.legacy.Adam(arguments.learning_rate), "categorical_crossentropy", metrics=["accuracy"])
    arguments.checkpoints.mkdir(parents=True, exist_ok=True)
    keep = keras.callbacks.ModelCheckpoint(str(arguments.checkpoints / "weights-improvement-{epoch:03d}.hdf5"), monitor="val_loss", mode="min", save_best_only=True)
    model.fit(
        Turned(volumes[:training], arguments.batch, arguments.seed),
        # every volume held out five times, in other turns
        validation_data=Turned(volumes[training:] * 5, arguments.batch, arguments.seed + 1),
        epochs=arguments.epochs,
        callbacks=[keep],
        verbose=2,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("volumes", type=Path)
    parser.add_argument("checkpoints", type=Path)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--learning-rate", type=float, default=5e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    main(parser.parse_args())
