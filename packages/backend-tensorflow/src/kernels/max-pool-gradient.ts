import { KERNELS } from "@ssl3d/nn";
import { reshape, tidy, type Tensor } from "@tensorflow/tfjs-core";
import { kernel, type Kernel, type Operations } from "../tensorflow-backend.js";

/** An input of max pooling, its result and what comes back; [batch, height, width, channels] or [batch, depth, height, width, channels]. */
interface Pooled {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly dy: Tensor;
}

/**
 * The gradient of max pooling. TensorFlow's kernel for volumes gives every voxel that shares a maximum the whole gradient; its
 * kernel for images gives it to the first. So "first" in a volume is pooling within the slices, then across them: the first
 * slice with the maximum is taken, and in it the first voxel, as in C order.
 */
export function maxPoolGradient(tensorflow: Operations): Kernel {
  const everyTie = ({ x, y, dy }: Pooled, size: number): Tensor => {
    const asVolume = (image: Tensor): Tensor => (image.shape.length === 5 ? image : reshape(image, [image.shape[0], 1, ...image.shape.slice(1)]));
    const window = [1, x.shape.length === 5 ? size : 1, size, size, 1];
    const attributes = { ksize: window, strides: window, padding: "VALID", data_format: "NDHWC", TInput: { dtype: "float32" } } as const;
    return reshape(tensorflow.one("MaxPool3DGrad", [x, y, dy].map(asVolume), attributes), x.shape);
  };
  const firstInImage = ({ x, y, dy }: Pooled, window: readonly [height: number, width: number]): Tensor => {
    const attributes = { ksize: [1, ...window, 1], strides: [1, ...window, 1], padding: "VALID", data_format: "NHWC" } as const;
    return tensorflow.one("MaxPoolGrad", [x, y, dy], attributes);
  };
  const firstInVolume = ({ x, y, dy }: Pooled, size: number): Tensor => {
    const [batch, depth, height, width, channels] = x.shape as [number, number, number, number, number];
    const [, slabs, rows, columns] = y.shape as [number, number, number, number];
    const slices = reshape(x, [batch * depth, height, width, channels]);
    const pooled = tensorflow.one("MaxPool", [slices], { ksize: [1, size, size, 1], strides: [1, size, size, 1], padding: "VALID", data_format: "NHWC" });
    const across = (volume: Tensor, length: number): Tensor => reshape(volume, [batch, length, rows * columns, channels]);
    const dpooled = firstInImage({ x: across(pooled, depth), y: across(y, slabs), dy: across(dy, slabs) }, [size, 1]);
    const dslices = firstInImage({ x: slices, y: pooled, dy: reshape(dpooled, pooled.shape) }, [size, size]);
    return reshape(dslices, x.shape);
  };
  return kernel(KERNELS.maxPoolGrad, (pooled: Pooled, { size, ties }: { size: number; ties: "first" | "all" }) =>
    tidy(() => {
      if (ties === "all") return everyTie(pooled, size);
      return pooled.x.shape.length === 5 ? firstInVolume(pooled, size) : firstInImage(pooled, [size, size]);
    }),
  );
}
