"""Writes gru.json: Keras' GRU on random numbers, with the gradients of sum(y * w).
Run with TensorFlow and tf_keras: TF_USE_LEGACY_KERAS=1 python make_gru.py > gru.json"""
import json
import numpy as np
import tensorflow as tf
import tf_keras

rng = np.random.default_rng(0)
BATCH, TIME, INPUTS, UNITS = 2, 3, 4, 3
draw = lambda *shape: rng.normal(size=shape).astype("float32")
x, w_last, w_all = draw(BATCH, TIME, INPUTS), draw(BATCH, UNITS), draw(BATCH, TIME, UNITS)
weights = [draw(INPUTS, 3 * UNITS), draw(UNITS, 3 * UNITS), draw(2, 3 * UNITS)]
pack = lambda array: {"shape": list(np.shape(array)), "data": [float(v) for v in np.ravel(array)]}
result = {
    "about": f"Made by make_gru.py with TensorFlow {tf.__version__}, tf_keras {tf_keras.__version__}.",
    "inputs": [pack(array) for array in [x, *weights]],
}
for name, sequences, w in [("last", False, w_last), ("sequence", True, w_all)]:
    layer = tf_keras.layers.GRU(UNITS, return_sequences=sequences)
    layer.build((BATCH, TIME, INPUTS))
    layer.set_weights(weights)
    with tf.GradientTape() as tape:
        source = tf.constant(x)
        tape.watch(source)
        y = layer(source)
        loss = tf.reduce_sum(y * w)
    gradients = tape.gradient(loss, [source, *layer.trainable_variables])
    result[name] = {"weights": pack(w), "output": pack(y.numpy()), "gradients": [pack(g.numpy()) for g in gradients]}
print(json.dumps(result))
