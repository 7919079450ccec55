# Makes keras.json: outputs of small Keras applications with weights and images by a rule, and the order in which Keras
# lists the convolutions of the Inception networks. Needs tensorflow and tf_keras 2.21: python make_keras.py
import json
import numpy as np
import tf_keras
from tf_keras.src.applications import densenet, resnet
from tf_keras.applications import inception_v3, inception_resnet_v2


def hashed(number, shape):
    """Numbers in [-0.5, 0.5) that depend on the tensor's number and the place in it only."""
    h = (np.arange(np.prod(shape), dtype=np.uint64) + number * 0x9E3779B1) % 2**32
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B), (16, 1)):
        h ^= h >> np.uint64(shift)
        h = h * factor % 2**32
    return (h / 2**32 - 0.5).reshape(shape)


def synthetic(number, name, shape):
    v = hashed(number, shape)
    kind = name.split("/")[-1].split(":")[0]
    return {
        "kernel": lambda: v * np.sqrt(24 / np.prod(shape[:-1])),
        "gamma": lambda: 0.6 + 0.4 * v,
        "beta": lambda: 0.2 * v,
        "moving_mean": lambda: 0.2 * v,
        "moving_variance": lambda: 1 + v,
        "bias": lambda: 0.1 * v,
    }[kind]()


def forward(model):
    model.set_weights([synthetic(k, w.name, w.shape) for k, w in enumerate(model.weights)])
    images = 2 * hashed(10000, (1, *model.input_shape[1:]))
    output = model(images.astype(np.float32), training=False).numpy()
    return {"input": list(model.input_shape[1:]), "shape": list(output.shape[1:]), "output": [float(f"{x:.7g}") for x in output.ravel()]}


def small_resnet(version, sizes):
    stack = {1: resnet.stack1, 2: resnet.stack2}[version]

    def stages(x):
        for i, (filters, blocks) in enumerate(sizes):
            last = i == len(sizes) - 1
            stride = (1 if i == 0 else 2) if version == 1 else (1 if last else 2)
            x = stack(x, filters, blocks, stride1=stride, name=f"conv{i + 2}")
        return x

    return resnet.ResNet(stages, version == 2, True, "small", include_top=False, weights=None, input_shape=(39, 32, 2))


def order(model):
    """Each convolution's place in the order of creation, as Keras lists them; those with a name of their own lack one."""
    names = [layer.name for layer in model.layers if isinstance(layer, tf_keras.layers.Conv2D)]
    return [int(name.split("_")[1]) if name.startswith("conv2d_") else 0 if name == "conv2d" else name for name in names]


tf_keras.backend.clear_session()
result = {
    "resnet": forward(small_resnet(1, [(2, 2), (3, 1), (4, 2)])),
    "resnetV2": forward(small_resnet(2, [(2, 2), (3, 3), (4, 2)])),
    "densenet": forward(densenet.DenseNet([1, 2, 1, 1], include_top=False, weights=None, input_shape=(32, 39, 2))),
}
for name, build in {"inceptionV3": inception_v3.InceptionV3, "inceptionResnetV2": inception_resnet_v2.InceptionResNetV2}.items():
    tf_keras.backend.clear_session()
    result[name] = order(build(include_top=False, weights=None, input_shape=(75, 75, 3)))
with open("keras.json", "w") as file:
    json.dump(result, file)
    file.write("\n")
