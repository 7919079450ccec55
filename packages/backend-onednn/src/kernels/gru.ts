import { KERNELS } from "@ssl3d/nn";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { Block } from "../native/blocks.js";
import { ARGUMENT, BYTES, PROPAGATION } from "../native/constants.js";
import { NULL, type Pointer } from "../native/library.js";
import type { Primitive } from "../native/primitive.js";
import type { Runtime } from "../native/runtime.js";
import type { OnednnBackend } from "../storage/onednn-backend.js";
import { copyPart } from "./copy-part.js";
import { kernel, type Kernel } from "./kernel.js";
import { dense, denseStrides } from "./layouts.js";
import { weightsFor } from "./weights.js";

interface Inputs {
  readonly x: TensorInfo;
  readonly kernel: TensorInfo;
  readonly recurrentKernel: TensorInfo;
  readonly bias: TensorInfo;
}

interface GradientInputs extends Inputs {
  readonly states: TensorInfo;
  readonly context: TensorInfo;
  readonly dy: TensorInfo;
}

interface Sizes {
  readonly batch: number;
  readonly time: number;
  readonly inputs: number;
  readonly units: number;
}

const LEFT_TO_RIGHT = 1;
/** Update, reset, candidate: nn's order and the library's. */
const GATES = 3;

/** nn's GRU by the library's linear-before-reset GRU, in float32. Its context is the library's workspace. */
export function gruKernels(backend: OnednnBackend): Kernel[] {
  return [
    kernel<Inputs, object>(KERNELS.gru, (inputs) => forward(backend, inputs)),
    kernel<GradientInputs, object>(KERNELS.gruGrad, (inputs) => backward(backend, inputs)),
  ];
}

function forward(backend: OnednnBackend, inputs: Inputs): TensorInfo[] {
  const { runtime } = backend;
  const sizes = sizesOf(inputs);
  const work = new Work(backend, sizes);
  const primitive = forwardPrimitive(runtime, sizes);
  const context = backend.output([Math.ceil(primitive.bytesOf(ARGUMENT.workspace) / BYTES.float32)]);
  const states = work.steps(sizes.units);
  runtime.run(primitive, [
    [ARGUMENT.source, work.timeFirst(inputs.x)],
    [ARGUMENT.weights, work.reordered(primitive, ARGUMENT.weights, inputs.kernel)],
    [ARGUMENT.weights1, work.reordered(primitive, ARGUMENT.weights1, inputs.recurrentKernel)],
    [ARGUMENT.bias, work.fourBiases(inputs.bias)],
    [ARGUMENT.destination, states],
    [ARGUMENT.workspace, context.data.block()],
  ]);
  const result = work.batchFirst(states, sizes.units);
  work.release();
  return [result, context.info];
}

function backward(backend: OnednnBackend, inputs: GradientInputs): TensorInfo[] {
  const { runtime } = backend;
  const sizes = sizesOf(inputs);
  const work = new Work(backend, sizes);
  const primitive = backwardPrimitive(runtime, sizes);
  const dx = work.steps(sizes.inputs);
  const [dkernel, drecurrent] = [work.zeros(primitive.bytesOf(ARGUMENT.weightsGradient)), work.zeros(primitive.bytesOf(ARGUMENT.weightsGradient1))];
  const dbias = work.zeros(primitive.bytesOf(ARGUMENT.biasGradient));
  runtime.run(primitive, [
    [ARGUMENT.source, work.timeFirst(inputs.x)],
    [ARGUMENT.weights, work.reordered(primitive, ARGUMENT.weights, inputs.kernel)],
    [ARGUMENT.weights1, work.reordered(primitive, ARGUMENT.weights1, inputs.recurrentKernel)],
    [ARGUMENT.bias, work.fourBiases(inputs.bias)],
    [ARGUMENT.destination, work.timeFirst(inputs.states)],
    [ARGUMENT.workspace, backend.dataOf(inputs.context).block()],
    [ARGUMENT.destinationGradient, work.timeFirst(inputs.dy)],
    [ARGUMENT.sourceGradient, dx],
    [ARGUMENT.weightsGradient, dkernel],
    [ARGUMENT.weightsGradient1, drecurrent],
    [ARGUMENT.biasGradient, dbias],
  ]);
  const results = [
    work.batchFirst(dx, sizes.inputs),
    work.plain(primitive, ARGUMENT.weightsGradient, dkernel, inputs.kernel.shape),
    work.plain(primitive, ARGUMENT.weightsGradient1, drecurrent, inputs.recurrentKernel.shape),
    work.twoBiases(dbias),
  ];
  work.release();
  return results;
}

/** Memory of one call, and the ways between nn's layouts and the library's. */
class Work {
  readonly #backend: OnednnBackend;
  readonly #sizes: Sizes;
  readonly #blocks: Block[] = [];

  constructor(backend: OnednnBackend, sizes: Sizes) {
    this.#backend = backend;
    this.#sizes = sizes;
  }

  steps(channels: number): Block {
    return this.#allocate(this.#sizes.time * this.#sizes.batch * channels * BYTES.float32);
  }

  /** The library adds to what is there. */
  zeros(bytes: number): Block {
    const block = this.#allocate(bytes);
    new Uint8Array(block.buffer).fill(0);
    return block;
  }

  /** [batch, time, channels] as [time, batch, channels]. */
  timeFirst(info: TensorInfo): Block {
    const channels = info.shape[2]!;
    const block = this.steps(channels);
    this.#exchange(this.#backend.dataOf(info).block("float32"), block, channels, true);
    return block;
  }

  batchFirst(block: Block, channels: number): TensorInfo {
    const { batch, time } = this.#sizes;
    const result = this.#backend.output([batch, time, channels]);
    this.#exchange(block, result.data.block(), channels, false);
    return result.info;
  }

  /** A kernel [rows, gates units] in the layout that a primitive chose. */
  reordered(primitive: Primitive, argument: number, info: TensorInfo): Block {
    const { runtime } = this.#backend;
    const [rows, { units }] = [info.shape[0]!, this.#sizes];
    return weightsFor(runtime, primitive, argument, this.#backend.dataOf(info), { layout: weightsLayout(runtime, rows, units), key: `gru ${rows},${units}` });
  }

  plain(primitive: Primitive, argument: number, block: Block, shape: number[]): TensorInfo {
    const { runtime } = this.#backend;
    const result = this.#backend.output(shape);
    const plain = weightsLayout(runtime, shape[0]!, this.#sizes.units);
    const key = `${primitive.kind}/${argument}/${Object.values(this.#sizes).join()}`;
    runtime.reorder(block, primitive.layoutOf(argument), result.data.block(), plain, key);
    return result.info;
  }

  /** The library has one bias for update and reset, and two for the candidate: of the input, then of the state. */
  fourBiases(bias: TensorInfo): Block {
    const { units } = this.#sizes;
    const values = this.#backend.dataOf(bias).values as Float32Array;
    const block = this.#allocate((GATES + 1) * units * BYTES.float32);
    const biases = new Float32Array(block.buffer, 0, (GATES + 1) * units);
    biases.set(values.subarray(0, GATES * units));
    for (let unit = 0; unit < 2 * units; unit++) biases[unit]! += values[GATES * units + unit]!;
    biases.set(values.subarray((GATES + 2) * units), GATES * units);
    return block;
  }

  twoBiases(block: Block): TensorInfo {
    const { units } = this.#sizes;
    const gradient = new Float32Array(block.buffer, 0, (GATES + 1) * units);
    const values = new Float32Array(2 * GATES * units);
    values.set(gradient.subarray(0, GATES * units));
    values.set(gradient.subarray(0, 2 * units), GATES * units);
    values.set(gradient.subarray(GATES * units), (GATES + 2) * units);
    return this.#backend.makeTensorInfo([2, GATES * units], "float32", values);
  }

  release(): void {
    for (const block of this.#blocks) this.#backend.runtime.pool.release(block);
  }

  #allocate(bytes: number): Block {
    const block = this.#backend.runtime.pool.allocate(bytes);
    this.#blocks.push(block);
    return block;
  }

  #exchange(from: Block, to: Block, channels: number, toTimeFirst: boolean): void {
    const { batch, time } = this.#sizes;
    const batchFirst = denseStrides([batch, time, channels]);
    const timeFirst = [channels, batch * channels, 1];
    const part = (block: Block, strides: number[]) => ({ block, type: "float32" as const, offset: 0, strides });
    const [source, target] = toTimeFirst ? [batchFirst, timeFirst] : [timeFirst, batchFirst];
    copyPart(this.#backend.runtime, [batch, time, channels], part(from, source), part(to, target));
  }
}

function forwardPrimitive(runtime: Runtime, sizes: Sizes): Primitive {
  const key = `gru/${Object.values(sizes).join()}`;
  return runtime.primitive(key, () => ({ describe: (attributes) => describeForward(runtime, sizes, attributes) })) as Primitive;
}

function backwardPrimitive(runtime: Runtime, sizes: Sizes): Primitive {
  const { library, engine } = runtime;
  const { x, kernel, recurrentKernel, bias, states } = layoutsOf(runtime, sizes);
  return runtime.primitive(`gru gradient/${Object.values(sizes).join()}`, () => ({
    describe: (attributes) =>
      runtime.withHint(describeForward(runtime, sizes, NULL), (hint) =>
        library.make(
          "dnnl_lbr_gru_backward_primitive_desc_create",
          ...[engine, PROPAGATION.backward, LEFT_TO_RIGHT, x, NULL, kernel, recurrentKernel, bias, states, NULL],
          ...[x, NULL, kernel, recurrentKernel, bias, states, NULL, 0, hint, attributes],
        ),
      ),
  })) as Primitive;
}

function describeForward(runtime: Runtime, sizes: Sizes, attributes: Pointer): Pointer | undefined {
  const { x, kernel, recurrentKernel, bias, states } = layoutsOf(runtime, sizes);
  return runtime.library.make(
    "dnnl_lbr_gru_forward_primitive_desc_create",
    ...[runtime.engine, PROPAGATION.forwardTraining, LEFT_TO_RIGHT, x, NULL, kernel, recurrentKernel, bias, states, NULL, 0, attributes],
  );
}

function layoutsOf(runtime: Runtime, { batch, time, inputs, units }: Sizes): Record<"x" | "kernel" | "recurrentKernel" | "bias" | "states", Pointer> {
  return {
    x: dense(runtime, "float32", [time, batch, inputs]),
    kernel: runtime.anyLayout("float32", [1, 1, inputs, GATES, units]),
    recurrentKernel: runtime.anyLayout("float32", [1, 1, units, GATES, units]),
    bias: dense(runtime, "float32", [1, 1, GATES + 1, units]),
    states: dense(runtime, "float32", [time, batch, units]),
  };
}

function weightsLayout(runtime: Runtime, rows: number, units: number): Pointer {
  return dense(runtime, "float32", [1, 1, rows, GATES, units]);
}

function sizesOf({ x, recurrentKernel }: Inputs): Sizes {
  const [batch, time, inputs] = x.shape as [number, number, number];
  return { batch, time, inputs, units: recurrentKernel.shape[0]! };
}
