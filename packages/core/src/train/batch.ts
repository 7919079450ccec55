import * as tf from "@tensorflow/tfjs-core";
import type { Batch, Example } from "../contract/network.js";
import type { NumericArray } from "../contract/volume.js";
import { unequalExamples } from "./errors.js";

/** Examples stacked along a leading batch axis, on the host: what data workers hand to the training loop. */
export interface HostBatch<E extends Example = Example> {
  readonly arrays: { readonly [Key in keyof E]: NumericArray };
  /** The case each example came from. */
  readonly caseIds: readonly string[];
}

/**
 * Where the training loop gets its batches. A batch is a pure function of its index, whoever makes it and in whatever
 * order, so a run is resumed from the number of finished steps alone. The loop asks for 0, 1, 2, ... and never goes back, so
 * that a source may make the next ones ahead.
 */
export interface BatchSource<E extends Example = Example> {
  /** The arrays are the loop's from then on: the source must not write to them again. */
  batch(index: number): Promise<HostBatch<E>>;
}

/**
 * Stacks examples along a new leading axis.
 * @throws Ssl3dError SSL3D_UNEQUAL_EXAMPLES where names, shapes or element types differ.
 */
export function stackExamples<E extends Example>(examples: readonly E[], caseIds: readonly string[]): HostBatch<E> {
  const first = examples[0];
  if (first === undefined || examples.length !== caseIds.length) {
    throw new RangeError(
      `stackExamples needs as many case ids as examples, at least one: got ${examples.length} and ${caseIds.length}.`
    );
  }
  const names = Object.keys(first);
  examples.forEach((example, index) => {
    if (Object.keys(example).sort().join() !== [...names].sort().join()) {
      throw unequalExamples(
        "their arrays",
        caseIds[0]!,
        names.join(", "),
        caseIds[index]!,
        Object.keys(example).join(", ")
      );
    }
  });
  const arrays = Object.fromEntries(
    names.map((name) => [
      name,
      stack(
        name,
        examples.map((example) => example[name]!),
        caseIds
      ),
    ])
  );
  return { arrays: arrays as HostBatch<E>["arrays"], caseIds };
}

function stack(name: string, parts: readonly NumericArray[], caseIds: readonly string[]): NumericArray {
  const first = parts[0]!;
  const size = first.data.length;
  const data = new (first.data.constructor as new (length: number) => NumericArray["data"])(size * parts.length);
  parts.forEach((part, index) => {
    if (describe(part) !== describe(first)) {
      throw unequalExamples(`"${name}"`, caseIds[0]!, describe(first), caseIds[index]!, describe(part));
    }
    data.set(part.data, index * size);
  });
  return { data, shape: [parts.length, ...first.shape] };
}

function describe(array: NumericArray): string {
  return `${array.data.constructor.name.replace("Array", "").toLowerCase()} [${array.shape.join(", ")}]`;
}

/** Puts a batch on the engine; bytes become int32. The caller disposes the tensors, see {@link disposeBatch}. */
export function toBatch<E extends Example>(host: HostBatch<E>): Batch<E> {
  const tensors = Object.fromEntries(
    Object.entries<NumericArray>(host.arrays).map(([name, { data, shape }]) => [
      name,
      tf.tensor(data, [...shape], data instanceof Float32Array ? "float32" : "int32"),
    ])
  );
  return { tensors: tensors as Batch<E>["tensors"], caseIds: host.caseIds };
}

/** Lets go of a batch's tensors. */
export function disposeBatch(batch: Batch): void {
  tf.dispose(Object.values(batch.tensors));
}
