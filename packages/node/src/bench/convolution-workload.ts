import * as tf from "@tensorflow/tfjs-core";
import { noise } from "./noise.js";
import type { WorkloadPlan } from "./workload.js";

/** A pass of a convolution through tfjs' stock kernel. */
export type ConvolutionPass = "forward" | "data-gradient" | "filter-gradient";

const CHANNELS = 16;

/** One pass of a 3x3x3 convolution from 16 to 16 channels on `size`^3 voxels. */
export function convolutionWorkload(pass: ConvolutionPass, size: number): WorkloadPlan {
  const shape = [1, size, size, size, CHANNELS];
  const filterShape = [3, 3, 3, CHANNELS, CHANNELS];
  const attributes = { strides: [1, 1, 1], pad: "same", dataFormat: "NDHWC", dilations: [1, 1, 1] };
  const run = (name: string, inputs: tf.NamedTensorMap, extra: tf.NamedAttrMap): void => {
    const result: tf.Tensor = tf.engine().runKernel(name, inputs, { ...attributes, ...extra });
    result.dispose();
  };
  return {
    name: `conv-${size}-${pass}`,
    summary: `${pass} of a 3x3x3 convolution, ${CHANNELS} to ${CHANNELS} channels on ${size}^3`,
    build: () => {
      const [x, filter] = [noise(shape), noise(filterShape)];
      const runs = {
        forward: () => run(tf.Conv3D, { x, filter }, {}),
        "data-gradient": () => run(tf.Conv3DBackpropInputV2, { dy: x, filter }, { inputShape: shape }),
        "filter-gradient": () => run(tf.Conv3DBackpropFilterV2, { x, dy: x }, { filterShape }),
      };
      return {
        operations: 2 * filter.size * size ** 3,
        parameters: filter.size,
        run: runs[pass],
        dispose: () => tf.dispose([x, filter]),
      };
    },
  };
}
