import type { WeightPlace } from "../build-layout.js";
import { encoderLayers, type EncoderLayers, type EncoderRequest } from "./encoder-layers.js";
import type { PlannedGroup } from "./keras-plan.js";
import { flat, KerasSession, layersOf, nested, type OwnLayer } from "./keras-session.js";

/** What lies on an encoder. */
export interface PartRequest {
  readonly plugin: "task" | "head";
  /** Without the ending of the 2D variants. */
  readonly name: string;
  readonly weights: readonly WeightPlace[];
}

/**
 * The layout that the original's builders give a network in a fresh Keras session: order and names of the layers, and which of them are
 * models of their own.
 */
export function canonicalPlan(encoder: EncoderRequest, part: PartRequest | undefined): PlannedGroup[] {
  const session = new KerasSession();
  const below = encoderLayers(session, encoder);
  if (part === undefined) return flat(below.layers);
  if (part.plugin === "head") return part.name === "segmentation" ? segmentation(session, below, part) : classification(session, below, part);
  const build = { rotation, jigsaw, rpl, cpc, exemplar }[part.name];
  if (build === undefined) throw new Error(`There is no task "${part.name}" among the original's.`);
  return build(session, below, part);
}

function rotation(session: KerasSession, below: EncoderLayers, part: PartRequest): PlannedGroup[] {
  // the last layer is made before the head, although it comes behind it
  const { hidden, top } = classifierLayers(part);
  const classes = session.weighted(top);
  return [nested(below.name, below.layers), ...flat([session.plain("flatten")]), ...head(session, hidden), ...flat([classes])];
}

function rpl(session: KerasSession, below: EncoderLayers, part: PartRequest): PlannedGroup[] {
  const { hidden, top } = classifierLayers(part);
  const pair = nested(session.name("model"), below.layers);
  return [pair, ...flat([session.plain("flatten")]), ...head(session, hidden), ...flat([session.weighted(top)])];
}

function jigsaw(session: KerasSession, below: EncoderLayers, part: PartRequest): PlannedGroup[] {
  const { hidden, top } = classifierLayers(part);
  const input = session.plain("input");
  const patches = nested(session.name("time_distributed"), below.layers);
  return [...flat([input]), patches, ...flat([session.plain("flatten")]), ...head(session, hidden), ...flat([session.weighted(top)])];
}

/** One encoder makes the codes of what is read and of what is predicted, and is stored for both. */
function cpc(session: KerasSession, below: EncoderLayers, { weights }: PartRequest): PlannedGroup[] {
  const [code, context, ...predictors] = layersOf("task", weights) as [OwnLayer, OwnLayer, ...OwnLayer[]];
  const coder = [...below.layers, session.weighted(code)];
  const [read, wanted] = [session.plain("input"), session.plain("input")];
  return [
    ...flat([read]),
    nested(session.name("time_distributed"), coder),
    ...flat([session.weighted(context), ...predictors.map((layer) => session.weighted(layer)), wanted, session.plain("lambda")]),
    nested(session.name("time_distributed"), coder),
    ...flat([session.plain("cpc_layer")]),
  ];
}

function exemplar(session: KerasSession, below: EncoderLayers, { weights }: PartRequest): PlannedGroup[] {
  const named = (...names: readonly string[]): PlannedGroup[] => names.map((name) => ({ name, weights: [] }));
  const three = (kind: string): PlannedGroup[] => flat([session.plain(kind), session.plain(kind), session.plain(kind)]);
  return [
    ...named("Input", "anchor_input", "positive_input", "negative_input"),
    nested(below.name, below.layers),
    ...three("flatten"),
    ...flat(layersOf("task", weights).map((layer) => session.weighted(layer))),
    ...three("reshape"),
    ...flat([session.plain("concatenate")]),
  ];
}

/** The encoder's layers lie open in the fine-tuned network; the decoder is a model within a model, stored as one. */
function segmentation(session: KerasSession, below: EncoderLayers, { weights }: PartRequest): PlannedGroup[] {
  const decoder = layersOf("head", weights).map((layer) => session.weighted(layer));
  // the encoder with its levels as outputs, and the decoder within the one that enlarges the bottleneck first
  session.name("model");
  session.name("model");
  return [...flat(below.layers), nested(session.name("model"), decoder)];
}

function classification(session: KerasSession, below: EncoderLayers, { weights }: PartRequest): PlannedGroup[] {
  const layers = layersOf("head", weights).map((layer) => session.weighted(layer));
  return [...flat(below.layers), nested(session.name("model"), layers)];
}

/** The original's head is a model of its own; without hidden layers there is none. */
function head(session: KerasSession, hidden: readonly WeightPlace[]): PlannedGroup[] {
  if (hidden.length === 0) return [];
  const layers = layersOf("task", hidden).map((layer) => session.weighted(layer));
  return [nested(session.name("model"), layers)];
}

function classifierLayers({ weights }: PartRequest): { readonly hidden: readonly WeightPlace[]; readonly top: OwnLayer } {
  const isTop = ({ name }: WeightPlace): boolean => name.startsWith("classes/");
  return { hidden: weights.filter((weight) => !isTop(weight)), top: layersOf("task", weights.filter(isTop))[0]! };
}
