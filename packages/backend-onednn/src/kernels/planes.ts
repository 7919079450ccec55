import type { Block } from "../native/blocks.js";
import { ALGORITHM, ARGUMENT, postOperandArgument, PROPAGATION, type DataType } from "../native/constants.js";
import { NULL, type Pointer } from "../native/library.js";
import type { Primitive } from "../native/primitive.js";
import type { Runtime } from "../native/runtime.js";
import type { TensorData } from "../storage/tensor-data.js";
import { copyPart } from "./copy-part.js";
import { dense } from "./layouts.js";

/** Which of `classes` rows and `voxels` columns an operand has; one that lacks an axis is repeated along it. */
export type Operand = "planes" | "plane" | "classes" | "one";

type Algorithm = "add" | "sub" | "mul" | "div" | "max";

interface BinaryOptions {
  /** What b is. */
  readonly operand?: Operand;
  /** What a and the target are. */
  readonly of?: Operand;
  /** With whole planes: a repeated operand here falls back to code that is hundreds of times slower. */
  readonly then?: { readonly algorithm: Algorithm; readonly block: Block };
}

/** Values added up in float32 before they are added in float64: few enough for errors far below 1e-5. */
const RUN = 512;
const BYTES_OF_FLOAT = 4;

/**
 * Arithmetic on [classes, voxels] in float32: one plane per class. The library's code for a handful of classes as the last
 * axis is ten times slower than that for planes, which one transposition makes.
 */
export class Planes {
  readonly classes: number;
  readonly voxels: number;
  readonly #runtime: Runtime;
  readonly #blocks = new Set<Block>();

  constructor(runtime: Runtime, classes: number, voxels: number) {
    this.#runtime = runtime;
    this.classes = classes;
    this.voxels = voxels;
  }

  /** Memory that lives until {@link release}. */
  allocate(operand: Operand = "planes"): Block {
    const [rows, columns] = this.#sizes(operand);
    const block = this.#runtime.pool.allocate(rows * columns * BYTES_OF_FLOAT);
    this.#blocks.add(block);
    return block;
  }

  /** One value per class, or one. */
  constants(values: readonly number[]): Block {
    const block = this.allocate(values.length === 1 ? "one" : "classes");
    new Float32Array(block.buffer, 0, values.length).set(values);
    return block;
  }

  /** A tensor [voxels, classes] as planes. */
  read(data: TensorData): Block {
    const block = this.allocate();
    this.#transpose(data.block(), data.stored, block, "float32", true);
    return block;
  }

  /** Planes as a tensor [voxels, classes]. */
  write(planes: Block, data: TensorData): void {
    this.#transpose(planes, "float32", data.block(), data.stored, false);
  }

  /** target = a (operation) b, all whole planes unless told otherwise; target may be a. With `then`, another operation follows. */
  binary(algorithm: Algorithm, a: Block, b: Block, target: Block, { operand = "planes", of = "planes", then }: BinaryOptions = {}): void {
    const primitive = this.#binary(algorithm, operand, of, then?.algorithm ?? "none");
    this.#runtime.run(primitive, [
      [ARGUMENT.source, a],
      [ARGUMENT.source1, b],
      ...(then === undefined ? [] : [[postOperandArgument(0), then.block] as const]),
      [ARGUMENT.destination, target],
    ]);
  }

  /** target += a * factor, of one value. */
  addScaled(a: Block, factor: Block, target: Block, of: Operand = "planes"): void {
    const primitive = this.#binary("mul", "one", of, "sum");
    this.#runtime.run(primitive, [[ARGUMENT.source, a], [ARGUMENT.source1, factor], [ARGUMENT.destination, target]]);
  }

  map(algorithm: "exp" | "log", from: Block, to: Block, of: Operand = "planes"): void {
    const { library, engine } = this.#runtime;
    const layout = this.#layout(of);
    const primitive = this.#runtime.primitive(`planes/${algorithm}/${this.#sizes(of).join()}`, () => ({
      describe: (attributes) =>
        library.make(
          "dnnl_eltwise_forward_primitive_desc_create",
          ...[engine, PROPAGATION.forwardInference, ALGORITHM[algorithm], layout, layout, 0, 0, attributes],
        ),
    })) as Primitive;
    this.#runtime.run(primitive, [[ARGUMENT.source, from], [ARGUMENT.destination, to]]);
  }

  /** The sum or maximum over classes, as one plane. */
  fold(algorithm: "add" | "max", planes: Block): Block {
    const target = this.allocate("plane");
    const primitive = this.#binary(algorithm, "plane", "plane", "none");
    const plane = (index: number): number => index * this.voxels * BYTES_OF_FLOAT;
    if (this.classes === 1) new Float32Array(target.buffer).set(new Float32Array(planes.buffer, 0, this.voxels));
    for (let index = 1; index < this.classes; index++) {
      const sum = index === 1 ? planes : target;
      this.#runtime.run(primitive, [[ARGUMENT.source, sum, 0], [ARGUMENT.source1, planes, plane(index)], [ARGUMENT.destination, target, 0]]);
    }
    return target;
  }

  /** The sum over voxels, by class. */
  sums(planes: Block): Float64Array {
    const { classes, voxels } = this;
    const totals = new Float64Array(classes);
    const length = Math.min(RUN, voxels);
    const runs = Math.floor(voxels / length);
    const partial = this.#partialSums(planes, runs, length);
    const values = new Float32Array(planes.buffer, 0, classes * voxels);
    for (let index = 0; index < classes; index++) {
      for (let run = 0; run < runs; run++) totals[index]! += partial[index * runs + run]!;
      for (let voxel = runs * length; voxel < voxels; voxel++) totals[index]! += values[index * voxels + voxel]!;
    }
    return totals;
  }

  /** Gives all its memory back. */
  release(): void {
    for (const block of this.#blocks) this.#runtime.pool.release(block);
    this.#blocks.clear();
  }

  /** [classes, runs]: a product with a column of ones, which is the library's fastest sum. */
  #partialSums(planes: Block, runs: number, length: number): Float32Array {
    const { classes, voxels } = this;
    const runtime = this.#runtime;
    const ones = runtime.pool.allocate(length * BYTES_OF_FLOAT);
    const result = runtime.pool.allocate(classes * runs * BYTES_OF_FLOAT);
    new Float32Array(ones.buffer, 0, length).fill(1);
    const primitive = runtime.primitive(`planes/sum/${classes}/${voxels}`, () => ({
      describe: (attributes) =>
        runtime.library.make(
          "dnnl_matmul_primitive_desc_create",
          ...[runtime.engine, runtime.layout("float32", [classes, runs, length], [voxels, length, 1])],
          ...[dense(runtime, "float32", [1, length, 1]), NULL, dense(runtime, "float32", [classes, runs, 1]), attributes],
        ),
    })) as Primitive;
    runtime.run(primitive, [[ARGUMENT.source, planes, 0], [ARGUMENT.weights, ones], [ARGUMENT.destination, result]]);
    const sums = new Float32Array(result.buffer, 0, classes * runs).slice();
    runtime.pool.release(ones);
    runtime.pool.release(result);
    return sums;
  }

  #binary(algorithm: Algorithm, operand: Operand, of: Operand, then: Algorithm | "sum" | "none"): Primitive {
    const { library, engine } = this.#runtime;
    const layout = this.#layout(of);
    const key = [algorithm, this.classes, this.voxels, operand, of, then].join("/");
    return this.#runtime.primitive(`planes/${key}`, () => ({
      describe: (attributes) =>
        library.make("dnnl_binary_primitive_desc_create", engine, ALGORITHM[algorithm], layout, this.#layout(operand), layout, attributes),
      postOperations:
        then === "none" ? [] : then === "sum" ? [{ kind: "sum", scale: 1 }] : [{ kind: "binary", algorithm: ALGORITHM[then], operand: layout }],
    })) as Primitive;
  }

  #transpose(from: Block, fromType: DataType, to: Block, toType: DataType, toPlanes: boolean): void {
    const [rows, planes] = [[this.classes, 1], [1, this.voxels]];
    const sizes = [this.voxels, this.classes];
    const part = (block: Block, type: DataType, strides: number[] | undefined) => ({ block, type, offset: 0, strides: strides! });
    copyPart(this.#runtime, sizes, part(from, fromType, toPlanes ? rows : planes), part(to, toType, toPlanes ? planes : rows));
  }

  #layout(operand: Operand): Pointer {
    return dense(this.#runtime, "float32", this.#sizes(operand));
  }

  #sizes(operand: Operand): [rows: number, columns: number] {
    const [hasClasses, hasVoxels] = [operand === "planes" || operand === "classes", operand === "planes" || operand === "plane"];
    return [hasClasses ? this.classes : 1, hasVoxels ? this.voxels : 1];
  }
}
