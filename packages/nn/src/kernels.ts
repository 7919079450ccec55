/**
 * The kernels through which an engine speeds up @ssl3d/nn. A kernel is registered with tfjs' `registerKernel` under one of
 * the names below for the engine's backend name; without it the operation runs its reference composition of stock
 * kernels. Convolution, transposed convolution and pooling use tfjs' stock kernel names (Conv2D, Conv2DBackpropInput,
 * Conv2DBackpropFilter, Conv3D, Conv3DBackpropInputV2, Conv3DBackpropFilterV2, MaxPool, MaxPoolGrad, MaxPool3D,
 * MaxPool3DGrad, AvgPool, AvgPoolGrad, AvgPool3D, AvgPool3DGrad), so an engine that replaces those speeds up any tfjs code.
 *
 * Tensors are channels-last float32: x, y and dy are [batch, ...spatial, channels]; scale, offset and bias are [channels].
 * A kernel and its gradient (`...Grad`) are registered together. The optimisers' and losses' kernels are core's
 * UPDATE_KERNELS and LOSS_KERNELS.
 */
export const KERNELS = {
  /** {x, filter, bias} + {strides, pad, dilations: number[], activation: "linear" | "relu"} -> [y = activation(conv(x) + bias)] */
  convBias: "Ssl3dConvBias",
  /** {dy, y} -> [dy where y > 0 else 0, its sum per channel]: the backward half of relu and bias in one pass. */
  reluBiasGrad: "Ssl3dReluBiasGrad",
  /** {dy} -> [sum of dy per channel] */
  biasGrad: "Ssl3dBiasGrad",
  /** {x, scale, offset} + {epsilon} -> [y, mean, variance (biased)]: statistics over all axes but the last. */
  batchNorm: "Ssl3dBatchNorm",
  /** {x, dy, mean, variance, scale} + {epsilon} -> [dx, dscale, doffset] */
  batchNormGrad: "Ssl3dBatchNormGrad",
  /** {x, scale, offset, mean, variance} + {epsilon} -> [y]: normalisation with given statistics. */
  batchNormInference: "Ssl3dBatchNormInference",
  /** {x, scale, offset} + {epsilon, groups} -> [y, mean, variance], statistics [batch, groups]; groups = channels is instance normalisation. */
  groupNorm: "Ssl3dGroupNorm",
  /** {x, dy, mean, variance, scale} + {epsilon, groups} -> [dx, dscale, doffset] */
  groupNormGrad: "Ssl3dGroupNormGrad",
  /** {x} + {factor} -> [y]: every voxel repeated `factor` times along each spatial axis. */
  upsampleNearest: "Ssl3dUpsampleNearest",
  /** {dy} + {factor} -> [dx]: sums over the repeated voxels. */
  upsampleNearestGrad: "Ssl3dUpsampleNearestGrad",
  /**
   * {x, y, dy} + {size, ties: "first" | "all"} -> [dx]: y is the maximum of x over windows of `size` voxels a side that do
   * not overlap (floor: voxels behind the last whole window have no gradient). Where several voxels of a window equal y,
   * "first" gives dy to the first in C order, "all" to each.
   */
  maxPoolGrad: "Ssl3dMaxPoolGrad",
  /**
   * {x} + {rate, seed: 0 ... 2^32 - 1} -> [y], of x's shape: y[i] = keeps(i) ? x[i] / (1 - rate) : 0, where i is the index in
   * C order. With unsigned 32-bit arithmetic, h = (i >> 1) * 0x9e3779b9 + seed; h = (h ^ (h >> 16)) * 0x85ebca6b;
   * h = (h ^ (h >> 13)) * 0xc2b2ae35; h = h ^ (h >> 16); keeps(i) where the low (i even) or high (i odd) 16 bits of h are
   * at least round(rate * 65536). The same kernel with the same seed on dy is the gradient.
   */
  dropout: "Ssl3dDropout",
  /**
   * {x: [batch, time, in], kernel: [in, 3 units], recurrentKernel: [units, 3 units], bias: [2, 3 units]} ->
   * [states: [batch, time, units], context]: Keras' GRU with `reset_after`. The columns of both kernels and of the bias are
   * the update gate z, the reset gate r and the candidate h, in this order (that of oneDNN's linear-before-reset GRU); the bias'
   * first row belongs to x, its second to the state. From a state of 0, with a = x kernel + bias[0] and
   * b = state recurrentKernel + bias[1]: z = sigmoid(az + bz); r = sigmoid(ar + br); h = tanh(ah + r bh);
   * state = z state + (1 - z) h. `context` is a tensor of the engine's choice for its own gradient kernel.
   */
  gru: "Ssl3dGru",
  /** {x, kernel, recurrentKernel, bias, states, context, dy: [batch, time, units]} -> [dx, dkernel, drecurrentKernel, dbias] */
  gruGrad: "Ssl3dGruGrad",
} as const;
