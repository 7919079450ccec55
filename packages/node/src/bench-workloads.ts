import { createRandom, diceCrossEntropy, Optimizer, registerGradients, trainingOptions, type Disposable } from "@ssl3d/core";
import { createUnetDecoder, unetEncoder, unetEncoderOptions } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";

/** Something to measure on the current engine. */
export interface Workload extends Disposable {
  /** Floating-point operations of one run: multiplications and additions of convolutions. */
  readonly operations: number;
  /** Runs once and waits for the result. */
  run(): void;
}

/** A workload that can be built on any engine. */
export interface WorkloadPlan {
  readonly name: string;
  build(): Workload;
}

/** Training steps and convolutions that `bench` knows, by name. */
export const WORKLOADS: readonly WorkloadPlan[] = [
  ...[64, 32, 16].flatMap((size) => (["forward", "data-gradient", "filter-gradient"] as const).map((pass) => convolution(pass, size))),
  unet("unet-32", 32, 8),
  unet("unet-64", 64, 16),
];

/** One pass of a 3x3x3 convolution from 16 to 16 channels on `size`^3 voxels. */
function convolution(pass: "forward" | "data-gradient" | "filter-gradient", size: number): WorkloadPlan {
  const channels = 16;
  const shape = [1, size, size, size, channels];
  const filterShape = [3, 3, 3, channels, channels];
  const attributes = { strides: [1, 1, 1], pad: "same", dataFormat: "NDHWC", dilations: [1, 1, 1] };
  const run = (name: string, inputs: tf.NamedTensorMap, extra: tf.NamedAttrMap): void => {
    const result: tf.Tensor = tf.engine().runKernel(name, inputs, { ...attributes, ...extra });
    result.dispose();
  };
  return {
    name: `conv-${size}-${pass}`,
    build: () => {
      const [x, filter] = [noise(shape), noise(filterShape)];
      const runs = {
        forward: () => run(tf.Conv3D, { x, filter }, {}),
        "data-gradient": () => run(tf.Conv3DBackpropInputV2, { dy: x, filter }, { inputShape: shape }),
        "filter-gradient": () => run(tf.Conv3DBackpropFilterV2, { x, dy: x }, { filterShape }),
      };
      return { operations: 2 * 27 * channels ** 2 * size ** 3, run: runs[pass], dispose: () => tf.dispose([x, filter]) };
    },
  };
}

/**
 * A training step of the original's U-Net with Adam: batch of 2, one channel in, four levels and a bottleneck, four classes.
 * Its data are random; `size` is the edge in voxels.
 */
function unet(name: string, size: number, filters: number): WorkloadPlan {
  const batch = 2;
  const classes = 4;
  return {
    name,
    build: () => {
      registerGradients();
      const random = createRandom("bench");
      const options = unetEncoderOptions.parse({ filters, pooling: "none", dropout: 0 });
      const encoder = unetEncoder.build({ rank: 3, channels: 1, options, random: random.split("encoder") });
      const decoder = createUnetDecoder({ encoder, outputs: classes, dropout: 0, random: random.split("decoder") });
      const weights = [...encoder.weights, ...decoder.weights].filter(({ trainable }) => trainable);
      const variables = weights.map(({ variable }) => variable);
      const optimizer = new Optimizer(
        trainingOptions.parse({ optimizer: { name: "adam" } }).optimizer,
        variables.map((variable, index) => ({ name: `${index}`, variable, learningRateScale: 1 })),
      );
      const images = noise([batch, size, size, size, 1]);
      const labels = tf.tensor(Int32Array.from({ length: batch * size ** 3 }, (_, i) => i % classes), [batch, size, size, size], "int32");
      const truth = tf.tidy(() => tf.cast(tf.oneHot(labels, classes), "float32"));
      labels.dispose();
      const mode = { training: true, random } as const;
      return {
        operations: unetOperations(size, filters, batch, classes, options.levels),
        run: () => {
          const { value, grads } = tf.variableGrads(() => {
            const features = encoder.forward(images, mode);
            return diceCrossEntropy(truth, decoder.forward(features, mode));
          }, variables);
          optimizer.update(variables.map((variable) => grads[variable.name]!), 1e-3);
          value.dataSync();
          tf.dispose([value, ...Object.values(grads)]);
        },
        dispose: () => {
          tf.dispose([images, truth]);
          for (const part of [optimizer, decoder, encoder]) part.dispose();
        },
      };
    },
  };
}

/** Operations of forward, data gradient (not of the first layer) and filter gradient of all convolutions. */
function unetOperations(size: number, filters: number, batch: number, classes: number, levels: number): number {
  let total = 0;
  const add = (edge: number, taps: number, from: number, to: number, passes = 3): void => {
    total += passes * 2 * batch * edge ** 3 * taps * from * to;
  };
  for (let level = 0; level <= levels; level++) {
    const [edge, channels] = [size / 2 ** level, filters * 2 ** level];
    add(edge, 27, level === 0 ? 1 : channels / 2, channels, level === 0 ? 2 : 3);
    add(edge, 27, channels, channels);
    if (level === levels) continue;
    // The transposed convolution meets every voxel of the deeper level with its 8 taps.
    add(edge / 2, 8, 2 * channels, channels);
    add(edge, 27, 2 * channels, channels);
    add(edge, 27, channels, channels);
  }
  add(size, 1, filters, classes);
  return total;
}

function noise(shape: number[]): tf.Tensor {
  const random = createRandom(`noise ${shape.join()}`);
  return tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()), shape);
}
