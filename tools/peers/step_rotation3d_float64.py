"""How far the recorded rotation step is from exact arithmetic: the same step in TensorFlow float32 and float64.

    python -m venv VENV && VENV/bin/pip install tensorflow-cpu==2.21.0 && VENV/bin/pip install --no-deps tf-keras==2.21.0
    VENV/bin/python tools/peers/step_rotation3d_float64.py GOLDEN_FOLDER/losses

The recording agrees with float32, not with float64: batch norm over four examples magnifies rounding.
"""
import json
import os
import sys

os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
import tf_keras as keras
from tf_keras import layers

stem = os.path.join(sys.argv[1], "step_rotation3d")
layout = json.load(open(stem + ".json"))["trainable_layout"]
load = lambda part: np.load(f"{stem}.{part}.npy")
weights, recorded, images, labels = load("init_trainable"), load("grads"), load("x0"), load("y")


def enlarge(x):
    for axis in (1, 2, 3):
        x = tf.repeat(x, 2, axis=axis)
    return x


@tf.custom_gradient
def max_pool(x):
    """TensorFlow has no float64 3D pooling; every tied maximum gets the whole gradient, as in its float32 kernel."""
    y = x
    for axis in (1, 2, 3):
        y = tf.maximum(*(tf.gather(y, range(start, y.shape[axis], 2), axis=axis) for start in (0, 1)))
    return y, lambda dy: tf.cast(tf.equal(x, enlarge(y)), x.dtype) * enlarge(dy)


def step(dtype):
    keras.backend.set_floatx(dtype)
    pool = layers.MaxPooling3D(2) if dtype == "float32" else layers.Lambda(max_pool)
    inputs = x = layers.Input(images.shape[1:])
    for filters in (4, 8, 16):
        for _ in range(2):
            x = layers.BatchNormalization()(layers.Conv3D(filters, 3, padding="same", activation="relu")(x))
        x = pool(x)
    x = layers.Flatten()(x)
    for units in (48, 24):
        x = layers.BatchNormalization()(layers.Dense(units, activation="relu")(x))
    model = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
    for variable, entry in zip(model.trainable_variables, layout, strict=True):
        flat = weights[entry["offset"] : entry["offset"] + int(np.prod(entry["shape"]))]
        variable.assign(flat.reshape(entry["shape"]).astype(dtype))
    with tf.GradientTape() as tape:
        probabilities = model(images.astype(dtype), training=True)
        loss = tf.reduce_mean(keras.losses.categorical_crossentropy(labels.astype(dtype), probabilities))
    gradients = tape.gradient(loss, model.trainable_variables)
    return float(loss), np.concatenate([gradient.numpy().ravel() for gradient in gradients]).astype("float64")


for dtype in ("float32", "float64"):
    loss, gradient = step(dtype)
    print(f"{dtype}: loss {loss:.7f}, gradient off the recorded by {np.linalg.norm(gradient - recorded) / np.linalg.norm(gradient):.1e}")
