import { elementsOf, shapeText, type DeferredTensor, type NamedArrays, type StoredTensor } from "@ssl3d/core";
import { mappingAmbiguous, mappingMissing, mappingNotANumber, mappingNotFinite, mappingNothing, mappingShapes, mappingUnused, type Misfit } from "./errors.js";
import type { Mapping, MappingRule } from "./mapping-file.js";
import { compilePattern, expandTemplate, type Matcher } from "./pattern.js";
import { axesFor, transposeArray } from "./transpose.js";

/** A tensor that became a weight. */
export interface MappedTensor {
  readonly source: string;
  /** Its shape in the file. */
  readonly sourceShape: readonly number[];
  /** The order in which its axes were taken; null where it was taken as it was. */
  readonly axes: readonly number[] | null;
  /** The weight's name under "encoder/" or "head/". */
  readonly destination: string;
  readonly shape: readonly number[];
}

/** The weights of our network, and where each comes from. */
export interface Assigned {
  /** All of the network's weights, which are read when they are written. */
  readonly weights: ReadonlyMap<string, DeferredTensor>;
  readonly tensors: readonly MappedTensor[];
  readonly constants: readonly { readonly destination: string; readonly shape: readonly number[]; readonly value: number }[];
  /** Weights that were left at their random initial values. */
  readonly initial: readonly { readonly destination: string; readonly shape: readonly number[] }[];
  readonly unused: readonly { readonly source: string; readonly shape: readonly number[]; readonly reason: string }[];
}

/** What is assigned, and what the files are called in errors. */
export interface AssignRequest {
  readonly mapping: Mapping;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** The shape of every weight of the network. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Their initial values, for a partial conversion. */
  readonly initial: NamedArrays;
  readonly partial: boolean;
  readonly label: string;
  readonly mappingLabel: string;
}

/**
 * Leads every tensor to its weight. Partially, tensors may be left over and weights may keep their initial values; tensors that two
 * rules claim or that do not fit are refused always.
 * @throws SSL3D_MAPPING_AMBIGUOUS, SSL3D_MAPPING_NOT_A_NUMBER, SSL3D_MAPPING_SHAPE, SSL3D_MAPPING_NOT_FINITE, SSL3D_MAPPING_UNUSED,
 * SSL3D_MAPPING_MISSING, SSL3D_MAPPING_NOTHING
 */
export function assignTensors({ mapping, tensors, shapes, initial, partial, label, mappingLabel }: AssignRequest): Assigned {
  const { routes, unused } = route(mapping, tensors, shapes, label, mappingLabel);
  const weights = new Map([...initial].map(([name, { data, shape }]) => [name, deferred(shape, () => data as Float32Array)]));
  const moved: MappedTensor[] = [];
  const misfits: Misfit[] = [];
  for (const { source, destination, rule } of routes) {
    const tensor = tensors.get(source)!;
    const expected = shapes.get(destination)!;
    const fitted = fit(tensor, rule, expected);
    if (typeof fitted === "string") {
      misfits.push({ source, shape: tensor.shape, destination, expected, received: null, reason: fitted });
      continue;
    }
    weights.set(destination, deferred(expected, fitted.read));
    moved.push({ source, sourceShape: tensor.shape, axes: fitted.axes, destination, shape: expected });
  }
  if (misfits.length > 0) throw mappingShapes(mappingLabel, label, misfits);
  const broken = moved.filter(({ source }) => !isFinite(tensors.get(source)!.read()));
  if (broken.length > 0) throw mappingNotFinite(label, broken.map(({ source }) => source));
  const constants = fill(mapping, shapes, weights, new Set(moved.map(({ destination }) => destination)));
  const known = new Set([...moved, ...constants].map(({ destination }) => destination));
  const missing = [...shapes].filter(([name]) => !known.has(name)).map(([destination, shape]) => ({ destination, shape }));
  if (!partial) {
    const lacking = missing.map(({ destination, shape }) => `"${destination}" ${shapeText(shape)}`);
    const left = unused.filter(({ ignored }) => !ignored).map(({ source, shape, reason }) => `"${source}" ${shapeText(shape)} (${reason})`);
    if (left.length > 0) throw mappingUnused(mappingLabel, label, left, lacking);
    if (lacking.length > 0) throw mappingMissing(mappingLabel, label, lacking);
  }
  if (moved.length === 0) throw mappingNothing(mappingLabel, label);
  return { weights, tensors: moved, constants, initial: missing, unused: unused.map(({ source, shape, reason }) => ({ source, shape, reason })) };
}

interface Route {
  readonly source: string;
  readonly destination: string;
  readonly rule: MappingRule;
}

/** Which tensor goes where, by names alone. */
function route({ rules, ignore }: Mapping, tensors: AssignRequest["tensors"], shapes: AssignRequest["shapes"], label: string, mappingLabel: string) {
  const matchers = rules.map((rule): [MappingRule, Matcher] => [rule, compilePattern(rule.from, rule.where)]);
  const ignored = ignore.map((pattern): [string, Matcher] => [pattern, compilePattern(pattern)]);
  const routes = new Map<string, Route>();
  const unused: (Assigned["unused"][number] & { readonly ignored: boolean })[] = [];
  const conflicts: string[] = [];
  const noNumbers: string[] = [];
  for (const [source, { shape }] of tensors) {
    const matches = matchers.flatMap(([rule, match]) => {
      const captures = match(source);
      return captures === undefined ? [] : [{ rule, captures }];
    });
    const patterns = ignored.flatMap(([pattern, match]) => (match(source) === undefined ? [] : [pattern]));
    const [first] = matches;
    if (matches.length > 1 || (first !== undefined && patterns.length > 0)) {
      conflicts.push(`"${source}" fits ${[...matches.map(({ rule }) => `the rule "${rule.from}"`), ...patterns.map((pattern) => `"${pattern}" under "ignore"`)].join(" and ")}`);
    } else if (first === undefined) {
      unused.push({ source, shape, reason: patterns.length > 0 ? `ignored by "${patterns[0]!}"` : "no rule", ignored: patterns.length > 0 });
    } else {
      const { rule, captures } = first;
      const named = Object.fromEntries(Object.entries(captures).map(([name, value]) => [name, rule.where[name]?.[value] ?? value]));
      const destination = expandTemplate(rule.to, named);
      const before = destination === undefined ? undefined : routes.get(destination);
      if (destination === undefined) noNumbers.push(`"${rule.to}" for "${source}"`);
      else if (!shapes.has(destination)) unused.push({ source, shape, reason: `the network has no "${destination}"`, ignored: false });
      else if (before !== undefined) conflicts.push(`"${destination}" gets "${before.source}" and "${source}"`);
      else routes.set(destination, { source, destination, rule });
    }
  }
  if (conflicts.length > 0) throw mappingAmbiguous(mappingLabel, label, conflicts);
  if (noNumbers.length > 0) throw mappingNotANumber(mappingLabel, label, noNumbers);
  return { routes: [...routes.values()], unused };
}

/** How the tensor is read as the weight wants it, or what keeps it from fitting. */
function fit(tensor: StoredTensor, { transpose }: MappingRule, expected: readonly number[]): { read: () => Float32Array; axes: readonly number[] | null } | string {
  const { shape } = tensor;
  if (!tensor.isReal) return "holds integers";
  const order = axesFor(transpose, shape.length);
  if (order === undefined) return `cannot be transposed by ${shapeText(transpose as readonly number[])}`;
  const moved = order.map((axis) => shape[axis] as number);
  if (moved.join() !== expected.join()) return `becomes ${shapeText(moved)}`;
  const same = order.every((axis, index) => axis === index);
  return { read: () => transposeArray({ data: tensor.read() as Float32Array, shape }, order).data, axes: same ? null : order };
}

function deferred(shape: readonly number[], read: () => Float32Array): DeferredTensor {
  return { shape, dtype: "F32", pieces: () => [read()] };
}

function isFinite(values: ArrayLike<number>): boolean {
  for (let index = 0; index < values.length; index++) if (!Number.isFinite(values[index])) return false;
  return true;
}

/** Gives constants to weights that no tensor was led to; the first pattern that fits counts. */
function fill({ constants }: Mapping, shapes: AssignRequest["shapes"], weights: Map<string, DeferredTensor>, taken: ReadonlySet<string>): Assigned["constants"] {
  const matchers = constants.map(({ to, value }) => ({ value, match: compilePattern(to) }));
  return [...shapes].flatMap(([destination, shape]) => {
    const found = taken.has(destination) ? undefined : matchers.find(({ match }) => match(destination) !== undefined);
    if (found === undefined) return [];
    weights.set(destination, deferred(shape, () => new Float32Array(elementsOf(shape)).fill(found.value)));
    return [{ destination, shape, value: found.value }];
  });
}
