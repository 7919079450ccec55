import type { Axes, Convolution } from "./geometry.js";
import type { Heap } from "./heap.js";

/** One run of the convolution kernel: a convolution whose output may be scattered with steps, in floats. */
export interface Pass extends Convolution {
  readonly outStep: Axes;
  readonly outBatchStep: number;
  /** Address of the bias, 0 for none. */
  readonly bias: number;
  readonly relu: boolean;
}

/** How a pass uses scratch memory. */
export interface Layout {
  /** Voxels in a row padded along the width. */
  readonly packedWidth: number;
  /** Depth slices held padded at a time. */
  readonly slots: number;
  /** Output slices, and rows of each, computed between two walks over the filter. */
  readonly block: number;
  readonly groupRows: number;
  /** Whether the input needs no padding and is read in place. */
  readonly direct: boolean;
  /** Scratch for the geometry and the slots, in bytes. */
  readonly bytes: number;
}

/** Size of `Geometry` in src/assembly/geometry.ts: its fields have 4 bytes each. */
export const GEOMETRY_BYTES: number = 36 * 4;

/** Room that the kernel's widest load may read beyond the last packed voxel, in bytes. */
const SLACK = 64;

/** Data that should stay in the second-level cache while the filter passes over it, in bytes. */
const BLOCK_BYTES = 192 * 1024;

/** Plans scratch memory. The kernels compute 4 or 8 neighbouring voxels at a time, so rows are padded to a multiple of that. */
export function layOut(pass: Pass, kind: "forward" | "gradient"): Layout {
  const { input, output, taps, stride, dilation, pad, inChannels, outChannels } = pass;
  const narrow = outChannels % 8 > 0 && outChannels % 8 <= 4;
  const columns = kind === "gradient" ? output[2] : roundUp(output[2], narrow ? 8 : 4);
  const needed = (columns - 1) * stride[2] + (taps[2] - 1) * dilation[2] + 1;
  const runLength = dilation[2] === 1 ? taps[2] * inChannels : inChannels;
  const overreads = kind === "gradient" && runLength % 8 !== 0;
  const direct = pad[2] === 0 && needed <= input[2] && !overreads;
  const packedWidth = direct ? input[2] : needed;
  const rowFloats = packedWidth * inChannels;
  const sliceBytes = 4 * input[1] * rowFloats;
  const reach = (taps[0] - 1) * dilation[0] + 1;
  const fitting = Math.floor((BLOCK_BYTES / sliceBytes - reach) / stride[0]) + 1;
  const block = kind === "gradient" ? 1 : Math.min(Math.max(fitting, 1), output[0]);
  const rowBytes = kind === "gradient" ? rowFloats * 4 + 4 * pass.outStep[1] : 4 * rowFloats * taps[0] * stride[1];
  const groupRows = fitting >= 1 && kind === "forward" ? output[1] : Math.max(Math.floor(BLOCK_BYTES / rowBytes), 1);
  const slots = direct ? input[0] : Math.min((block - 1) * stride[0] + reach, Math.max(input[0], 1));
  return { packedWidth, slots, block, groupRows, direct, bytes: roundUp(GEOMETRY_BYTES + (direct ? 0 : slots * sliceBytes + SLACK), 16) };
}

/** Writes a pass as `Geometry` to the start of the scratch memory; the packed slices follow it. */
export function writePass(heap: Heap, scratch: number, pass: Pass, layout: Layout, input: number, filter: number, output: number): void {
  const fields = [
    input,
    layout.direct ? input : scratch + GEOMETRY_BYTES,
    filter,
    pass.bias,
    output,
    pass.relu ? 1 : 0,
    pass.batch,
    ...pass.input,
    pass.inChannels,
    ...pass.output,
    pass.outChannels,
    ...pass.taps,
    ...pass.stride,
    ...pass.dilation,
    ...pass.pad,
    pass.outBatchStep,
    ...pass.outStep,
    layout.packedWidth,
    layout.slots,
    layout.block,
    layout.groupRows,
    layout.direct ? 1 : 0,
  ];
  heap.integers(scratch, fields.length).set(fields);
}

/** Writes the windows of a pooling as `Geometry`: `large` is the address of x or dx, `small` that of y or dy. */
export function writeWindows(heap: Heap, scratch: number, windows: Convolution, large: number, small: number): void {
  const pass: Pass = { ...windows, outStep: [0, 0, 0], outBatchStep: 0, bias: 0, relu: false };
  const layout: Layout = { packedWidth: 0, slots: 0, block: 0, groupRows: 0, direct: true, bytes: 0 };
  writePass(heap, scratch, pass, layout, large, 0, small);
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
