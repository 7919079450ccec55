import { badHdf5 } from "../errors.js";
import type { KerasCheckpoint } from "../hdf5/keras-checkpoint.js";

/** A layer as model_config describes it; networks within have layers of their own. */
export interface ConfigLayer {
  readonly name: string;
  readonly class: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the layers whose outputs it takes, in order. */
  readonly inbound: readonly string[];
  readonly layers?: readonly ConfigLayer[];
}

/** A model as model_config describes it. */
export interface ModelConfig {
  readonly layers: readonly ConfigLayer[];
  /** The shapes of its inputs without the batch axis; null where an axis is open. */
  readonly inputShapes: readonly (readonly (number | null)[])[];
}

type Json = Readonly<Record<string, unknown>>;
/** Deeper nesting than any model has: a sign of a damaged file. */
const MAX_DEPTH = 16;

/**
 * The layers of a full model's file, whichever version of Keras wrote it; undefined for files of weights alone.
 * @throws SSL3D_KERAS_FILE_INVALID
 */
export function readModelConfig({ model, label }: KerasCheckpoint): ModelConfig | undefined {
  if (model === null) return undefined;
  const root = readLayer(model, label, 0);
  if (root.layers === undefined) throw badHdf5(label, 'its attribute "model_config" describes no model');
  return { layers: root.layers, inputShapes: inputShapesOf(root) };
}

function readLayer(value: unknown, label: string, depth: number): ConfigLayer {
  if (!isRecord(value) || typeof value["class_name"] !== "string" || depth > MAX_DEPTH) {
    throw badHdf5(label, 'its attribute "model_config" holds something that is no layer');
  }
  // old versions wrote a sequential model's layers in place of its settings
  const settings = Array.isArray(value["config"]) ? { layers: value["config"] as unknown } : value["config"];
  const config = isRecord(settings) ? settings : {};
  const name = typeof config["name"] === "string" ? config["name"] : typeof value["name"] === "string" ? value["name"] : "";
  const nested = config["layers"] ?? (config["layer"] === undefined ? undefined : [config["layer"]]);
  return {
    name,
    // how later versions name the scaling layer of InceptionResNetV2
    class: value["class_name"].replace(/^Custom>(?=CustomScaleLayer$)/, ""),
    config,
    inbound: inboundNames(value["inbound_nodes"]),
    ...(Array.isArray(nested) && { layers: nested.map((layer) => readLayer(layer, label, depth + 1)) }),
  };
}

/** The first use of a layer: [[["a", 0, 0, {}], ...]]; with one input some versions leave a pair of brackets out. */
function inboundNames(nodes: unknown): string[] {
  const [first] = Array.isArray(nodes) ? (nodes as unknown[]) : [];
  if (!Array.isArray(first)) return [];
  const uses = typeof first[0] === "string" ? [first] : (first as unknown[]);
  return uses.flatMap((use) => (Array.isArray(use) && typeof use[0] === "string" ? [use[0]] : []));
}

function inputShapesOf(model: ConfigLayer): (number | null)[][] {
  const layers = model.layers ?? [];
  const listed = model.config["input_layers"];
  const names = Array.isArray(listed) ? (typeof listed[0] === "string" ? [listed[0]] : listed.map((entry) => String((entry as unknown[])[0]))) : undefined;
  const inputs = names?.flatMap((name) => layers.find((layer) => layer.name === name) ?? []) ?? layers.slice(0, 1);
  return inputs.flatMap((layer) => {
    const shape = shapeOf(layer.config["batch_input_shape"] ?? layer.config["batch_shape"]) ?? (names === undefined ? shapeOf(model.config["build_input_shape"]) : undefined);
    if (shape !== undefined) return [shape];
    return layer.layers === undefined ? [] : inputShapesOf(layer);
  });
}

function shapeOf(value: unknown): (number | null)[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.slice(1).map((length) => (typeof length === "number" ? length : null));
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** All layers of a model and of the networks within it, in order; the networks themselves are left out. */
export function flattenConfig(layers: readonly ConfigLayer[]): ConfigLayer[] {
  return layers.flatMap((layer) => (layer.layers === undefined ? [layer] : flattenConfig(layer.layers)));
}
