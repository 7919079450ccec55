import "@tensorflow/tfjs-backend-cpu";
import { validate, type Encoder, type EncoderLevel, type EncoderPlugin, type HeadPlugin, type Random, type TaskPlugin, type Weight } from "@ssl3d/core";
import * as heads from "@ssl3d/heads";
import { createDenseStack, residualEncoder, unetEncoder, type DenseStackOptions } from "@ssl3d/nn";
import { cpc } from "@ssl3d/task-cpc";
import { exemplar } from "@ssl3d/task-exemplar";
import { jigsaw } from "@ssl3d/task-jigsaw";
import { rotation } from "@ssl3d/task-rotation";
import { rpl } from "@ssl3d/task-rpl";
import * as tasks2d from "@ssl3d/tasks-2d";
import type { Recognised } from "./keras/recognised.js";

/** The name and shape of one of our weights. */
export interface WeightPlace {
  readonly name: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
}

/** What our own network of a structure looks like: every weight, and the resolved options that build it again. */
export interface Layout {
  readonly encoder?: {
    readonly options: Readonly<Record<string, unknown>>;
    readonly levels: readonly EncoderLevel[];
    readonly output: EncoderLevel;
    readonly weights: readonly WeightPlace[];
  };
  readonly part?: { readonly options: Readonly<Record<string, unknown>>; readonly weights: readonly WeightPlace[] };
}

type Builder = EncoderPlugin | TaskPlugin | HeadPlugin;
type Kind = Builder["kind"];

const PLUGINS: readonly Builder[] = ([unetEncoder, residualEncoder, cpc, rotation, jigsaw, rpl, exemplar, ...Object.values(heads), ...Object.values(tasks2d)] as unknown[]).filter(
  (value): value is Builder => typeof value === "object" && value !== null && "kind" in value,
);

/** For networks whose weights are all overwritten, so that nothing needs to be drawn. */
export const NOTHING: Random = {
  path: "conversion",
  split: () => NOTHING,
  uniform: () => 0,
  integer: () => 0,
  normal: () => 0,
  chance: () => false,
  pick: (items) => items[0]!,
  shuffle: (items) => [...items],
};

/** The plugin of that kind and name among those that the original's networks become. */
export function pluginOf<K extends Kind>(kind: K, name: string): Extract<Builder, { kind: K }> {
  const plugin = PLUGINS.find((one) => one.kind === kind && one.name === name);
  if (plugin === undefined) throw new Error(`There is no ${kind} "${name}" among the original's.`);
  return plugin as Extract<Builder, { kind: K }>;
}

/** Builds our network of a recognised structure and lets it go again: what remains is what its weights are called. */
export function buildLayout({ encoder: found, part, rank, channels }: Recognised): Layout {
  if (found === undefined) return part === undefined ? {} : { part: { options: part.options, weights: denseWeights(part.options) } };
  const plugin = pluginOf("encoder", found.name);
  const options = validate(plugin.options, found.options, "the recognised encoder") as Readonly<Record<string, unknown>>;
  const encoder = plugin.build({ rank, channels, options, random: NOTHING });
  try {
    const { levels, output } = encoder;
    const own = { options, levels, output, weights: placesOf(encoder.weights) };
    return part === undefined ? { encoder: own } : { encoder: own, part: buildPart(part, encoder) };
  } finally {
    encoder.dispose();
  }
}

function buildPart({ plugin: kind, name, options: given, inputSize }: NonNullable<Recognised["part"]>, encoder: Encoder): NonNullable<Layout["part"]> {
  const plugin = pluginOf(kind, name);
  const options = validate(plugin.options, given, `the recognised ${kind}`) as Readonly<Record<string, unknown>>;
  const built = plugin.build({ encoder, options, inputSize, random: NOTHING });
  try {
    return { options, weights: placesOf(built.weights) };
  } finally {
    built.dispose();
  }
}

/** Fully connected layers without an encoder; their options are those of the stack, the name aside. */
function denseWeights(options: Readonly<Record<string, unknown>>): WeightPlace[] {
  const stack = createDenseStack({ ...(options as unknown as Omit<DenseStackOptions, "name" | "random">), name: "head", random: NOTHING });
  try {
    return placesOf(stack.weights);
  } finally {
    stack.dispose();
  }
}

function placesOf(weights: readonly Weight[]): WeightPlace[] {
  return weights.map(({ name, variable, trainable }) => ({ name, shape: variable.shape, trainable }));
}
