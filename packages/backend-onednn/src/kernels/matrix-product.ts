import { util } from "@tensorflow/tfjs-core";
import type { Block } from "../native/blocks.js";
import { ARGUMENT } from "../native/constants.js";
import { NULL } from "../native/library.js";
import type { Primitive } from "../native/primitive.js";
import type { PostOperation, Runtime } from "../native/runtime.js";
import { denseStrides } from "./layouts.js";

/** A float32 array of matrices, [...batch, rows, columns]; transposed ones are dense with the last two axes exchanged. */
export interface Matrices {
  readonly block: Block;
  /** As they are stored. */
  readonly shape: readonly number[];
  readonly transposed: boolean;
}

/** What follows the product: one value per column added, then a function of each value. */
export interface Finish {
  readonly bias?: Block | undefined;
  readonly activation?: Extract<PostOperation, { kind: "eltwise" }> | undefined;
}

/**
 * target = a b, in float32 and without copies; axes of the batch of size 1 are repeated.
 * @param shape the target's, [...batch, rows, columns]
 */
export function multiplyMatrices(runtime: Runtime, a: Matrices, b: Matrices, target: Block, shape: readonly number[], finish: Finish = {}): void {
  const { bias, activation } = finish;
  const [left, right, result] = foldBatch(sidesOf(a, shape.length), sidesOf(b, shape.length), { sizes: shape, strides: denseStrides(shape) });
  const layout = ({ sizes, strides }: Sides): bigint => runtime.layout("float32", sizes, strides);
  const rank = result.sizes.length;
  const biasSizes = result.sizes.map((size, axis) => (axis === rank - 1 ? size : 1));
  const key = [left, right].flatMap(({ sizes, strides }) => [sizes.join(), strides.join()]).join(";");
  const primitive = runtime.primitive(`matmul/${key}/${bias !== undefined}/${JSON.stringify(activation ?? null)}`, () => ({
    describe: (attributes) =>
      runtime.library.make(
        "dnnl_matmul_primitive_desc_create",
        ...[runtime.engine, layout(left), layout(right)],
        ...[bias === undefined ? NULL : layout({ sizes: biasSizes, strides: denseStrides(biasSizes) }), layout(result), attributes],
      ),
    postOperations: activation === undefined ? [] : [activation],
  })) as Primitive;
  runtime.run(primitive, [
    [ARGUMENT.source, a.block],
    [ARGUMENT.weights, b.block],
    ...(bias === undefined ? [] : [[ARGUMENT.bias, bias] as const]),
    [ARGUMENT.destination, target],
  ]);
}

interface Sides {
  readonly sizes: readonly number[];
  readonly strides: readonly number[];
}

/** Sizes and strides as the product sees them, of a given rank. */
function sidesOf({ shape, transposed }: Matrices, rank: number): Sides {
  const sizes = [...new Array<number>(rank - shape.length).fill(1), ...shape];
  const strides = denseStrides(sizes);
  if (!transposed) return { sizes, strides };
  const exchange = (list: readonly number[]): number[] => [...list.slice(0, -2), list.at(-1)!, list.at(-2)!];
  return { sizes: exchange(sizes), strides: exchange(strides) };
}

/** A batch that meets one matrix only is one long matrix; otherwise a batch of several axes that both have is one axis. */
function foldBatch(a: Sides, b: Sides, target: Sides): [Sides, Sides, Sides] {
  const batch = (sides: Sides): readonly number[] => sides.sizes.slice(0, -2);
  const count = util.sizeFromShape([...batch(target)]);
  const flat = (sides: Sides, size: number): Sides => {
    const [rows, columns] = sides.sizes.slice(-2) as [number, number];
    return { sizes: [size, rows, columns], strides: [rows * columns, ...sides.strides.slice(-2)] };
  };
  const tall = (sides: Sides): Sides => ({ sizes: [count * sides.sizes.at(-2)!, sides.sizes.at(-1)!], strides: sides.strides.slice(-2) });
  const isOne = (sides: Sides): boolean => batch(sides).every((size) => size === 1);
  const isAll = (sides: Sides): boolean => batch(sides).join() === batch(target).join();
  const isPlain = a.strides.at(-1) === 1 && a.strides.at(-2) === a.sizes.at(-1);
  if (isOne(b) && isAll(a) && (isPlain || count === 1)) {
    return [tall(a), { sizes: b.sizes.slice(-2), strides: b.strides.slice(-2) }, tall(target)];
  }
  if (isAll(a) && isAll(b)) return [flat(a, count), flat(b, count), flat(target, count)];
  if (isOne(a) && isAll(b)) return [flat(a, 1), flat(b, count), flat(target, count)];
  if (isAll(a) && isOne(b)) return [flat(a, count), flat(b, 1), flat(target, count)];
  return [a, b, target];
}
