import { Ssl3dError } from "@ssl3d/core";

/** A tensor that is not [batch, ...spatial, channels] with two or three spatial axes. */
export function wrongTensorRank(operation: string, shape: readonly number[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_NN_RANK",
    message: `${operation} takes [batch, ...spatial, channels] with 2 or 3 spatial axes, but received the shape [${shape.join(", ")}].`,
    fix: "Give a tensor of rank 4 (images) or 5 (volumes); add a batch axis with tf.expandDims(x, 0) or a channel axis with tf.expandDims(x, -1) where it is missing.",
    facts: { operation, shape },
  });
}

/** Tensors whose shapes do not fit one another. */
export function wrongTensorShape(operation: string, expected: string, shape: readonly number[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_NN_SHAPE",
    message: `${operation} expected ${expected}, but received the shape [${shape.join(", ")}].`,
    fix: "Make the number of channels (last axis) and the spatial rank of the input the ones that the layer was built with.",
    facts: { operation, expected, shape },
  });
}

/** An image size that cannot be halved evenly at every level, so that doubling does not lead back to it. */
export function wrongInputSize(size: readonly number[], divisor: number, network = "A decoder on this encoder"): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_NN_INPUT_SIZE",
    message: `${network} needs image sizes that are multiples of ${divisor} voxels along every axis, but received [${size.join(", ")}].`,
    fix: `Crop or pad images to a multiple of ${divisor}, or build the encoder with fewer levels.`,
    facts: { size, divisor },
  });
}

/** Images so small that the encoder pools them away. */
export function imageTooSmall(side: number, stride: number): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_NN_IMAGE_TOO_SMALL",
    message: `Expected images or patches of at least ${stride} voxels along every axis, which this encoder pools to one, received ${side}.`,
    fix: "Use larger images (option `size` of the preprocessing), larger patches (fewer of them), or an encoder with fewer levels.",
    facts: { side, stride },
  });
}

/** Raw inputs of a network that are too few, too many, or of other shapes than it was built for. */
export function wrongInputs(network: string, expected: readonly (readonly number[])[], received: readonly (readonly number[])[]): Ssl3dError {
  const wanted = expected.map((shape) => `[${["batch", ...shape].join(", ")}]`).join(" and ");
  const given = received.length === 0 ? "none" : received.map((shape) => `[${shape.join(", ")}]`).join(" and ");
  return new Ssl3dError({
    code: "SSL3D_NN_INPUTS",
    message: `The network of ${network} expected ${expected.length === 1 ? "one input" : `${expected.length} inputs of one batch`}, ${wanted}, but received ${given}.`,
    fix: "Give arrays of these shapes, channels last and with the batch as the first axis, cut and prepared as in training.",
    facts: { network, expected, received },
  });
}
