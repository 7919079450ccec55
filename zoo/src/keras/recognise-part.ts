import { gridPatchSize } from "@ssl3d/data";
import { LEAST_PATCHES_PER_SIDE, predictionGrid, predictionPatchGrid } from "@ssl3d/task-cpc";
import { elementsName } from "../converted-folder.js";
import { ambiguous, contradicts, notRecognised } from "../errors.js";
import type { KerasCheckpoint } from "../hdf5/keras-checkpoint.js";
import { readDenseStack } from "./dense-structure.js";
import { flattenConfig } from "./model-config.js";
import type { Evidence, RecognisedTop } from "./recognised.js";
import { listUnits, type RecognisedEncoder } from "./recognise-encoder.js";
import { finetuned, headDropout } from "./recognise-head.js";
import { readUnetDecoder } from "./unet-structure.js";
import type { DenseUnit, Unit } from "./units.js";

const HEADS = "@ssl3d/heads";
/** Pixels along an axis of the smallest image that Keras applications take. */
const LEAST_PICTURE = 32;

/**
 * What sits on an encoder of the original: nothing, a proxy task's layers, a decoder or a classifier.
 * @throws SSL3D_KERAS_NOT_RECOGNISED, SSL3D_KERAS_AMBIGUOUS, SSL3D_KERAS_OPTION_CONTRADICTS
 */
export function recogniseTop(evidence: Evidence, encoder: RecognisedEncoder, behind: readonly Unit[]): RecognisedTop {
  const found = behind.length === 0 ? bareEncoder(evidence, encoder) : (decoder(evidence, encoder, behind) ?? predictiveCoding(evidence, encoder, behind) ?? exemplar(evidence, encoder, behind) ?? classifier(evidence, encoder, behind));
  if (found === undefined) throw notRecognised(evidence.checkpoint.label, `an encoder, and behind it layers of no model of the original: ${listUnits(behind)}`);
  const { task, activation } = evidence.options;
  if (activation !== undefined && found.kind !== "classification" && found.dropped === undefined) {
    throw contradicts(evidence.checkpoint.label, "activation", activation, "it holds no layers that classify or grade whole images");
  }
  if (task !== undefined && task !== found.task) throw contradicts(evidence.checkpoint.label, "task", task, found.task === null ? "it holds no proxy task's layers" : `its layers are those of ${found.task}`);
  return found;
}

/** The spatial size that the model's first input has beyond `skipped` axes; where the file leaves it open, the smallest that gives `side` voxels of output. */
function imageSize({ config, options, notes }: Evidence, encoder: RecognisedEncoder, skipped: number, side = 1): number[] {
  const shape = config?.inputShapes[0]?.slice(skipped, skipped + encoder.rank) ?? [];
  if (shape.length === encoder.rank && shape.every((length) => length !== null)) return shape;
  const { stride, first } = encoder.output;
  const length = options.inputSize ?? (first === undefined ? side * stride : Math.max(LEAST_PICTURE, first + (side - 1) * stride));
  if (options.inputSize === undefined) {
    notes.unknown.push("patchSize");
    notes.assumed.push(`images of ${length} ${elementsName(encoder.rank)} along every axis, the smallest that fit (--input-size says otherwise)`);
  }
  return Array.from({ length: encoder.rank }, () => length);
}

function bareEncoder(evidence: Evidence, encoder: RecognisedEncoder): RecognisedTop {
  return { kind: "encoder", task: null, patchSize: imageSize(evidence, encoder, 0) };
}

function decoder(evidence: Evidence, encoder: RecognisedEncoder, units: readonly Unit[]): RecognisedTop | undefined {
  const structure = encoder.unet && readUnetDecoder(units, encoder.unet);
  if (structure === undefined) return undefined;
  const patchSize = imageSize(evidence, encoder, 0);
  const rates = flattenConfig(evidence.config?.layers ?? []).flatMap((layer) => (layer.class === "Dropout" ? [Number(layer.config["rate"])] : []));
  const options = {
    labelValues: Array.from({ length: structure.classes }, (_, value) => value),
    batchNorm: structure.batchNorm,
    dropout: rates[rates.length - 1] ?? (evidence.config === undefined ? 0.5 : 0),
  };
  return { kind: "segmentation", task: null, patchSize, part: { plugin: "head", package: HEADS, name: "segmentation", options, units, inputSize: patchSize } };
}

function predictiveCoding(evidence: Evidence, encoder: RecognisedEncoder, units: readonly Unit[]): RecognisedTop | undefined {
  const [code, context, ...predictors] = units;
  if (code?.kind !== "dense" || context?.kind !== "recurrent" || context.inputs !== code.outputs) return undefined;
  const fits = predictors.every((unit) => unit.kind === "dense" && unit.inputs === context.units && unit.outputs === code.outputs);
  if (!fits || predictors.length === 0) return undefined;
  const patchSize = imageSize(evidence, encoder, 1, sideOf(evidence, encoder, code.inputs, 1));
  const patchesPerSide = gridOfPredictions(evidence, encoder.rank, predictors.length);
  if (patchesPerSide < LEAST_PATCHES_PER_SIDE) {
    const reason = `predictive coding on ${patchesPerSide} patches per side, which the task refuses: its context holds the first row to predict`;
    return { kind: "encoder", task: "cpc", patchSize, dropped: { units, reason } };
  }
  const inputSize = volumeOfPatches(evidence, patchSize, patchesPerSide);
  const options = { loss: "pairs", patchesPerSide, codeSize: code.outputs, contextSize: context.units };
  return { kind: "proxy", task: "cpc", patchSize, part: { plugin: "task", package: "@ssl3d/task-cpc", name: "cpc", options, units, inputSize } };
}

/** The grid with so many rows to predict, and so many patches read where the file says it. */
function gridOfPredictions({ checkpoint, config, options }: Evidence, rank: 2 | 3, predictions: number): number {
  const terms = config?.inputShapes[0]?.[0] ?? undefined;
  const all = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].filter((perSide) => {
    const { contexts, targets } = predictionGrid(rank, perSide);
    return targets[0]!.length === predictions && (terms === undefined || contexts[0]!.length === terms);
  });
  const sound = all.filter((perSide) => perSide >= LEAST_PATCHES_PER_SIDE);
  const fits = sound.length > 0 ? sound : all;
  return chosen(checkpoint, "patches-per-side", "how many patches lie along every axis", fits, options.patchesPerSide);
}

/** The smallest image whose grid has patches of that size. */
function volumeOfPatches({ checkpoint, notes }: Evidence, patchSize: readonly number[], perSide: number): number[] {
  const [patch = 0] = patchSize;
  for (let side = patch; side <= patch * (perSide + 1); side++) {
    const size = patchSize.map(() => side);
    try {
      if (gridPatchSize(size, predictionPatchGrid(size, perSide))[0] === patch) {
        notes.assumed.push(`${patchSize.length === 2 ? "images" : "volumes"} of ${side} ${elementsName(patchSize.length)} along every axis, the smallest whose patches have ${patch}`);
        return size;
      }
    } catch {
      // too small for the grid: go on
    }
  }
  throw notRecognised(checkpoint.label, `patches of ${patch} ${elementsName(patchSize.length)}, which no image cut ${perSide} times gives`);
}

function exemplar(evidence: Evidence, encoder: RecognisedEncoder, units: readonly Unit[]): RecognisedTop | undefined {
  const [first] = units;
  const parallel = units.length === 3 && units.every((unit) => unit.kind === "dense" && first?.kind === "dense" && unit.inputs === first.inputs && unit.outputs === first.outputs);
  const apart = new Set(units.map((unit) => unit.group)).size === 3;
  if (!parallel || !apart || first?.kind !== "dense") return undefined;
  const patchSize = imageSize(evidence, encoder, 1, sideOf(evidence, encoder, first.inputs, 1));
  const options = { projection: "separate", codeSize: first.outputs };
  return { kind: "proxy", task: "exemplar", patchSize, part: { plugin: "task", package: "@ssl3d/task-exemplar", name: "exemplar", options, units, inputSize: patchSize } };
}

/** Fully connected layers to classes: a proxy task where features are flattened, fine-tuned where they are pooled over the image. */
function classifier(evidence: Evidence, encoder: RecognisedEncoder, units: readonly Unit[]): RecognisedTop | undefined {
  const { checkpoint, config } = evidence;
  const top = units[units.length - 1];
  const stack = readDenseStack(units.slice(0, -1));
  if (top?.kind !== "dense" || (units.length > 1 && stack === undefined) || (stack !== undefined && stack.widths[stack.widths.length - 1] !== top.inputs)) return undefined;
  const first = units[0] as DenseUnit;
  const shape = { widths: stack?.widths ?? [], batchNorm: stack?.batchNorm ?? false, dropout: headDropout(evidence, stack?.batchNorm ?? false) };
  const flattened = config === undefined ? checkpoint.groups.some(({ name, tensors }) => tensors.length === 0 && /^flatten/.test(name)) || top.group !== first.group : flattenConfig(config.layers).some((layer) => layer.class === "Flatten");
  if (!flattened) return finetuned(evidence, encoder, { units, outputs: top.outputs, shape, patchSize: imageSize(evidence, encoder, 0) });

  const task = taskOfClasses(evidence, encoder.rank, top.outputs);
  const perSide = task === "rotation" ? 1 : patchesPerSide(evidence, encoder, task, first.inputs, top.outputs);
  const images = { rotation: 1, rpl: 2, jigsaw: perSide ** encoder.rank }[task];
  const patchSize = imageSize(evidence, encoder, task === "rotation" ? 0 : 1, sideOf(evidence, encoder, first.inputs, images));
  if (task === "jigsaw" && encoder.rank === 2 && perSide === 2 && top.outputs > 24) {
    const reason = `a puzzle of 4 pieces with ${top.outputs} orders, of which there are 24`;
    return { kind: "encoder", task, patchSize, dropped: { units, reason } };
  }
  const own = { rotation: { rotations: rotationSet(encoder.rank, top.outputs) }, rpl: { patchesPerSide: perSide, patchJitter: 0 }, jigsaw: { patchesPerSide: perSide, patchJitter: 0, permutations: top.outputs } }[task];
  if (task !== "rotation") evidence.notes.assumed.push("patch jitter 0: the file holds the patches' size alone");
  if (task === "jigsaw" && (perSide !== 3 || top.outputs !== 100)) evidence.notes.assumed.push("orders of the pieces of our own making: the file does not hold those it was trained on, so a class may stand for another order");
  return {
    kind: "proxy",
    task,
    patchSize,
    part: { plugin: "task", package: `@ssl3d/task-${task}`, name: task, options: { ...own, ...shape }, units, inputSize: patchSize.map((length) => length * perSide) },
  };
}

type ClassTask = "rotation" | "rpl" | "jigsaw";

function rotationSet(rank: 2 | 3, classes: number): string {
  return rank === 3 && classes === 24 ? "cube" : "axes";
}

function taskOfClasses({ checkpoint, config, options }: Evidence, rank: 2 | 3, classes: number): ClassTask {
  const neighbours = [2, 3, 4, 5, 6].some((perSide) => perSide ** rank - 1 === classes);
  const input = config?.inputShapes[0];
  const images = input === undefined ? undefined : input.length === rank + 1 ? 1 : input[0];
  const fits: ClassTask[] = [];
  if ((images ?? 1) === 1 && classes === (rank === 2 ? 4 : 10)) fits.push("rotation");
  if ((images ?? 2) === 2 && neighbours) fits.push("rpl");
  if (images === undefined ? classes === 100 || options.task === "jigsaw" : images !== null && images > 2) fits.push("jigsaw");
  if (fits.length === 0) throw notRecognised(checkpoint.label, `an encoder with a classifier of ${classes} classes, which no proxy task of the original has (--task jigsaw takes it for a puzzle of ${classes} orders)`);
  return chosen(checkpoint, "task", "which proxy task it was trained with", fits, options.task as ClassTask | undefined);
}

function patchesPerSide({ checkpoint, config, options }: Evidence, { rank, output }: RecognisedEncoder, task: "rpl" | "jigsaw", inputs: number, classes: number): number {
  const images = config?.inputShapes[0]?.[0];
  const isRoot = (count: number, perSide: number): boolean => perSide ** rank === count;
  const all = [2, 3, 4, 5, 6].filter((perSide) => {
    if (task === "rpl") return isRoot(classes + 1, perSide);
    return images === undefined || images === null ? sideFrom(inputs / (output.channels * perSide ** rank), rank) !== undefined : isRoot(images, perSide);
  });
  // a picture cut in 4 has too few orders for the original's tables
  const sound = task === "jigsaw" && rank === 2 && classes > 24 ? all.filter((perSide) => perSide > 2) : all;
  const fits = sound.length > 0 ? sound : all;
  return chosen(checkpoint, "patches-per-side", "how many patches lie along every axis", fits, options.patchesPerSide);
}

/** Voxels along an axis of the encoder's output, of which each of so many images has a cube. */
function sideOf({ checkpoint }: Evidence, { rank, output }: RecognisedEncoder, inputs: number, images: number): number {
  const side = sideFrom(inputs / (images * output.channels), rank);
  if (side === undefined) throw notRecognised(checkpoint.label, `an encoder of ${output.channels} channels, and behind it a layer with ${inputs} inputs, which are no cubes of them`);
  return side;
}

function sideFrom(voxels: number, rank: number): number | undefined {
  const side = Math.round(voxels ** (1 / rank));
  return side >= 1 && side ** rank === voxels ? side : undefined;
}

/** The one candidate, or the one asked for. */
function chosen<Candidate extends string | number>(checkpoint: KerasCheckpoint, option: string, question: string, fits: readonly Candidate[], asked: Candidate | undefined): Candidate {
  if (asked !== undefined) {
    if (fits.includes(asked)) return asked;
    throw contradicts(checkpoint.label, option, asked, fits.length === 0 ? "no value fits its weights" : `its weights allow ${fits.join(", ")}`);
  }
  const [only, ...others] = fits;
  if (only === undefined) throw notRecognised(checkpoint.label, `weights for which no ${question.replace(/^how many /, "number of ")} fits`);
  if (others.length > 0) throw ambiguous(checkpoint.label, option, question, fits);
  return only;
}
