"""The models of self-supervised-3d-tasks in tf_keras, from a small description of ours: no code of the original."""
from math import prod

import tensorflow as tf
import tf_keras as keras
from tf_keras import layers
from tf_keras.src.applications.densenet import DenseNet


class CPCLayer(layers.Layer):
    """How well predicted codes fit the true ones: the sigmoid of their mean product over terms and code."""

    def call(self, inputs):
        predicted, true = inputs
        return keras.backend.sigmoid(tf.reduce_mean(tf.reduce_mean(predicted * true, axis=-1), axis=-1, keepdims=True))


def build(case):
    """The model of one case: kind, inputs (shapes without the batch), encoder and part as in contract.json and task.json or head.json."""
    return {
        "encoder": encoder_alone,
        "rotation": rotation,
        "rpl": rpl,
        "jigsaw": jigsaw,
        "cpc": cpc,
        "exemplar": exemplar,
        "segmentation": segmentation,
    }[case["kind"]](case)


def of_rank(name, rank):
    return getattr(layers, name.replace("ND", f"{rank}D"))


def conv_block(x, rank, filters, batch_norm, dropout):
    for half in range(2):
        x = of_rank("ConvND", rank)(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal")(x)
        if batch_norm:
            x = layers.BatchNormalization()(x)
        if half == 0 and dropout > 0:
            x = layers.Dropout(dropout)(x)
    return x


def unet_encoder(shape, options):
    """The encoder, its input, its levels' outputs shallow to deep, and its last output."""
    rank = len(shape) - 1
    x = image = layers.Input(tuple(shape))
    skips = []
    for level in range(options["levels"] + 1):
        rate = options["dropout"] + level * options["dropoutChangePerLevel"]
        x = conv_block(x, rank, options["filters"] * 2**level, options["batchNorm"], rate)
        if level < options["levels"]:
            skips.append(x)
            x = of_rank("MaxPoolingND", rank)()(x)
    if options["pooling"] != "none":
        x = of_rank({"max": "MaxPoolingND", "average": "AveragePoolingND"}[options["pooling"]], rank)()(x)
    return keras.Model(image, x), image, skips, x


APPLICATIONS = {
    "densenet-121": "DenseNet121",
    "resnet-50": "ResNet50",
    "resnet-50-v2": "ResNet50V2",
    "inception-v3": "InceptionV3",
    "inception-resnet-v2": "InceptionResNetV2",
}


def encoder_of(case, shape=None):
    shape = shape or case["inputs"][0]
    name, options = case["encoder"]["name"], case["encoder"]["options"]
    if name == "unet":
        return unet_encoder(shape, options)[0]
    pooling = {"none": None, "average": "avg", "max": "max"}[options["pooling"]]
    settings = dict(include_top=False, weights=None, input_shape=tuple(shape), pooling=pooling)
    if name == "densenet":
        return DenseNet(options["blocks"], **settings)
    return getattr(keras.applications, APPLICATIONS[name])(**settings)


def encoder_alone(case):
    return encoder_of(case)


def head(inputs, options):
    """Fully connected layers, without the last one."""
    x = given = layers.Input((inputs,))
    for width in options["widths"]:
        x = layers.Dense(width, activation="relu")(x)
        if options["batchNorm"]:
            x = layers.BatchNormalization()(x)
        if options["dropout"] > 0:
            x = layers.Dropout(options["dropout"])(x)
    return keras.Model(given, x)


def rotation(case):
    encoder = encoder_of(case)
    top = layers.Dense(case["classes"], activation="softmax")
    hidden = head(prod(encoder.output_shape[1:]), case["part"]["options"])
    return keras.Sequential([encoder, layers.Flatten(), hidden, top])


def rpl(case):
    shape = case["inputs"][0]
    encoder = encoder_of(case, shape[1:])
    patches = layers.Input(tuple(shape))
    each = keras.Model(patches, layers.TimeDistributed(encoder)(patches))
    hidden = head(prod(each.output_shape[1:]), case["part"]["options"])
    return keras.Sequential([each, layers.Flatten(), hidden, layers.Dense(case["classes"], activation="softmax")])


def jigsaw(case):
    shape = case["inputs"][0]
    encoder = encoder_of(case, shape[1:])
    patches = layers.Input(tuple(shape))
    x = layers.Flatten()(layers.TimeDistributed(encoder)(patches))
    x = head(x.shape[-1], case["part"]["options"])(x)
    return keras.Model(patches, layers.Dense(case["classes"], activation="softmax")(x), name="jigsaw_complete")


def cpc(case):
    read, wanted = case["inputs"]
    options = case["part"]["options"]
    coder = keras.Sequential([encoder_of(case, read[1:]), layers.Flatten(), layers.Dense(options["codeSize"])])
    x = layers.Input(tuple(read))
    context = layers.GRU(options["contextSize"])(layers.TimeDistributed(coder)(x))
    predicted = [layers.Dense(options["codeSize"])(context) for _ in range(wanted[0])]
    predicted = layers.Lambda(lambda terms: tf.stack(terms, axis=1))(predicted)
    y = layers.Input(tuple(wanted))
    return keras.Model([x, y], CPCLayer()([predicted, layers.TimeDistributed(coder)(y)]))


def exemplar(case):
    shape = case["inputs"][0]
    encoder = encoder_of(case, shape[1:])
    triplet = layers.Input(tuple(shape), name="Input")
    names = ["anchor_input", "positive_input", "negative_input"]
    images = [layers.Lambda(lambda x, place=place: x[:, place], name=name)(triplet) for place, name in enumerate(names)]
    flat = [layers.Flatten()(encoder(image)) for image in images]
    size = case["part"]["options"]["codeSize"]
    codes = [layers.Dense(size, activation="sigmoid")(x) for x in flat]
    return keras.Model(triplet, layers.Concatenate(axis=1)([layers.Reshape((1, size))(code) for code in codes]))


def segmentation(case):
    """The encoder's layers lie open; the decoder is a model in a model that first enlarges what the final pooling made smaller."""
    shape = case["inputs"][0]
    rank = len(shape) - 1
    encoder, part = case["encoder"]["options"], case["part"]["options"]
    _, image, skips, bottleneck = unet_encoder(shape, encoder)
    pooled = encoder["pooling"] != "none"
    deep = [layers.Input(skip.shape[1:]) for skip in reversed(skips)]
    filters = encoder["filters"] * 2 ** encoder["levels"]
    x = start = layers.Input((*(length * (2 if pooled else 1) for length in bottleneck.shape[1:-1]), filters))
    for skip in deep:
        filters //= 2
        x = of_rank("ConvNDTranspose", rank)(filters, 2, strides=2, padding="same")(x)
        x = conv_block(layers.concatenate([x, skip]), rank, filters, part["batchNorm"], part["dropout"])
    classes = of_rank("ConvND", rank)(len(part["labelValues"]), 1, activation="softmax")(x)
    decoder = keras.Model([start, *deep], classes)
    small = layers.Input(bottleneck.shape[1:])
    given = [layers.Input(skip.shape[1:]) for skip in reversed(skips)]
    enlarged = of_rank("UpSamplingND", rank)(2)(small) if pooled else small
    wrapper = keras.Model([small, *given], decoder([enlarged, *given]))
    return keras.Model(image, wrapper([bottleneck, *reversed(skips)]))
