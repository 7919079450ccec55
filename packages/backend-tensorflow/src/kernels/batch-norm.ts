import { KERNELS } from "@ssl3d/nn";
import { reshape, tensor, tidy, type Tensor } from "@tensorflow/tfjs-core";
import { kernel, type Kernel, type Operations } from "../tensorflow-backend.js";

interface Normalised {
  readonly x: Tensor;
  readonly scale: Tensor;
  readonly offset: Tensor;
}

interface Statistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

interface Epsilon {
  readonly epsilon: number;
}

/** Batch normalisation of any rank as TensorFlow's fused operations on the processor, to which it is an image one pixel wide. */
export function batchNormKernels(tensorflow: Operations): Kernel[] {
  const settings = { U: { dtype: "float32" }, data_format: "NHWC" } as const;
  return [
    kernel(KERNELS.batchNorm, ({ x, scale, offset }: Normalised, { epsilon }: Epsilon) =>
      tidy(() => {
        const none = tensor([], [0], "float32");
        const attributes = { ...settings, epsilon, is_training: true };
        const [y, mean, , , variance] = tensorflow.many("FusedBatchNormV3", [asImage(x), scale, offset, none, none], attributes, 6) as [Tensor, Tensor, Tensor, Tensor, Tensor];
        return [reshape(y, x.shape), mean, variance];
      }),
    ),
    kernel(KERNELS.batchNormGrad, (inputs: { x: Tensor; dy: Tensor; scale: Tensor } & Statistics, { epsilon }: Epsilon) =>
      tidy(() => {
        const { x, dy, mean, variance, scale } = inputs;
        const attributes = { ...settings, epsilon, is_training: true };
        // The sixth input is what a GPU's forward pass keeps.
        const [dx, dscale, doffset] = tensorflow.many("FusedBatchNormGradV3", [asImage(dy), asImage(x), scale, mean, variance, tensor([], [0], "float32")], attributes, 5) as [Tensor, Tensor, Tensor];
        return [reshape(dx, x.shape), dscale, doffset];
      }),
    ),
    kernel(KERNELS.batchNormInference, ({ x, scale, offset, mean, variance }: Normalised & Statistics, { epsilon }: Epsilon) =>
      tidy(() => {
        const attributes = { ...settings, epsilon, is_training: false };
        const [y] = tensorflow.many("FusedBatchNormV3", [asImage(x), scale, offset, mean, variance], attributes, 6) as [Tensor];
        return reshape(y, x.shape);
      }),
    ),
  ];
}

/** [..., channels] as [1, rows, 1, channels]; the data stay where they are. */
function asImage(x: Tensor): Tensor {
  return reshape(x, [1, -1, 1, x.shape[x.shape.length - 1] as number]);
}
