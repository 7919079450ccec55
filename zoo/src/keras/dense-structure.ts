import type { DenseUnit, Unit } from "./units.js";

/** Fully connected layers as their weights show them. */
export interface DenseStructure {
  readonly inputs: number;
  /** Outputs of each layer, in order. */
  readonly widths: readonly number[];
  /** Whether normalisations follow the layers; the last layer may go without. */
  readonly batchNorm: boolean;
  readonly endsInDense: boolean;
}

/** A chain of fully connected layers, all or none with a normalisation behind; undefined where the units are something else. */
export function readDenseStack(units: readonly Unit[]): DenseStructure | undefined {
  const dense: DenseUnit[] = [];
  let normalised = 0;
  for (const unit of units) {
    const last = dense[dense.length - 1];
    if (unit.kind === "dense" && unit.bias && (last === undefined || last.outputs === unit.inputs)) dense.push(unit);
    else if (unit.kind === "normalisation" && unit.scale && unit.channels === last?.outputs && normalised === dense.length - 1) normalised++;
    else return undefined;
  }
  const [first] = dense;
  if (first === undefined) return undefined;
  const endsInDense = units[units.length - 1]?.kind === "dense";
  if (normalised !== 0 && normalised !== dense.length - (endsInDense ? 1 : 0)) return undefined;
  return { inputs: first.inputs, widths: dense.map((unit) => unit.outputs), batchNorm: normalised > 0, endsInDense };
}
