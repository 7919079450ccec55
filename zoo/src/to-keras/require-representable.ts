import type { EncoderContract } from "@ssl3d/core";
import { DENSE_STACKS } from "@ssl3d/nn";
import { elementsName } from "../converted-folder.js";
import { APPLICATIONS } from "./encoder-layers.js";
import { cannotHold } from "./errors.js";
import type { FolderContent } from "./folder-content.js";

type Options = Readonly<Record<string, unknown>>;

/** The tasks that the original has, by our names for them; those for images alone end in "-2d". */
export const ORIGINAL_TASKS: readonly string[] = ["rotation", "rpl", "jigsaw", "cpc", "exemplar"];
const EPSILON = 1e-3;
/** Keys of the original's heads, by our stacks of the same layers. */
const HEADS = { wide: "big_fully", multilabel: "simple_multiclass", plain: "null" } as const;

/** The name of a task without the ending of its variant for images. */
export function taskName(name: string): string {
  return name.replace(/-2d$/, "");
}

/**
 * Refuses what the original cannot build, or would compute otherwise.
 * @returns what of the network its builders fix to other sizes, for people
 * @throws SSL3D_KERAS_CANNOT_HOLD
 */
export function requireRepresentable({ label, contract, part }: FolderContent & { readonly contract: EncoderContract }): string[] {
  const { name, options } = contract.architecture;
  const refuse = (what: string, why: string): never => {
    throw cannotHold(label, what, why);
  };
  const isUnet = name === "unet";
  if (!isUnet && APPLICATIONS[name] === undefined) refuse(`the encoder "${name}"`, "its encoders are the U-Net's and those of Keras applications");
  if (isUnet && options["batchNorm"] === true && options["batchNormEpsilon"] !== EPSILON) {
    refuse(`an epsilon of ${String(options["batchNormEpsilon"])} in the encoder's batch normalisation`, `its layers have ${EPSILON}`);
  }
  if (options["padding"] === "same") refuse('the padding "same"', `Keras' network has "valid"`);
  const notes = encoderNotes(name, options);
  if (part === undefined) return notes;
  if (part.plugin === "task") {
    const task = taskName(part.name);
    if (!ORIGINAL_TASKS.includes(task)) refuse(`the task "${part.name}"`, `its tasks are ${ORIGINAL_TASKS.join(", ")}`);
    if (task === "exemplar" && part.options["projection"] !== "separate") {
      refuse("one layer for the codes of all three images", 'its network has one each; train with "projection": "separate"');
    }
    if (new Set(part.inputSize).size > 1) refuse(`images of ${part.inputSize.join(" x ")} ${elementsName(contract.rank)}`, `it takes ${contract.rank === 2 ? "squares" : "cubes"}, of data_dim ${elementsName(contract.rank)} a side`);
    return [...notes, ...taskNotes(task, contract.rank, part.options)];
  }
  if (part.name === "segmentation") {
    if (!isUnet) refuse(`a decoder on the encoder "${name}"`, "its decoder needs the U-Net's levels");
    const { batchNorm, batchNormEpsilon } = part.options;
    if (batchNorm === true && batchNormEpsilon !== EPSILON) refuse(`an epsilon of ${String(batchNormEpsilon)} in the decoder's batch normalisation`, `its layers have ${EPSILON}`);
    return notes;
  }
  if (!["classification", "grading", "regression"].includes(part.name)) refuse(`the head "${part.name}"`, "it has none like it");
  if (isUnet) refuse("a head of whole images on the U-Net's encoder", "its heads take encoders with a global pooling");
  if (globalPooling(options, part.options) === "none") refuse("a head on flattened features", "its heads take encoders with a global pooling");
  return [...notes, ...headNotes(part.name, part.options)];
}

/** What an encoder of Keras applications ends in below a head: the head's choice of features says it. */
export function globalPooling(encoder: Options, head: Options): string {
  return String(head["features"] === "flatten" ? encoder["pooling"] : head["features"]);
}

function encoderNotes(name: string, options: Options): string[] {
  const notes: string[] = [];
  if (name === "densenet" || name === "resnet") notes.push(`The encoder is a ${name} of sizes that are none of Keras applications': load the file into a network of the same sizes.`);
  const { width } = options as { readonly width?: number };
  if (width !== undefined && width !== 1) notes.push(`The encoder has ${width} of the published channels: load the file into a network of the same sizes.`);
  return notes;
}

function taskNotes(task: string, rank: 2 | 3, options: Options): string[] {
  const notes: string[] = [];
  if (["rotation", "rpl", "jigsaw"].includes(task)) notes.push(...stackNotes(options));
  if (task === "rotation" && rank === 3 && options["rotations"] === "cube") notes.push("24 rotations: the original has 10.");
  if (task === "jigsaw" && options["permutations"] !== 100) notes.push(`${String(options["permutations"])} orders of the pieces: the original has 100.`);
  if (task === "cpc" && options["contextSize"] !== 256) notes.push(`${String(options["contextSize"])} units in the recurrent layer: the original has 256.`);
  return notes;
}

function headNotes(name: string, options: Options): string[] {
  const last = { classification: "softmax", grading: "sigmoid" }[name] ?? String(options["activation"]);
  return [...stackNotes(options), `A file of weights does not say what the last layer ends in; here it is "${last}" (ssl3d convert keras reads it back with --activation ${last}).`];
}

function stackNotes(options: Options): string[] {
  if (topArchitecture(options) !== undefined) return [];
  const widths = options["widths"] as readonly number[] | null;
  if (widths === null) return [];
  return [`Fully connected layers of ${widths.length === 0 ? "none" : widths.join(" and ")}: the original's have 2048 and 1024, or 1024 alone. It loads the encoder by name and leaves these out.`];
}

/** The original's name of a stack of fully connected layers; undefined where it has none like it. */
export function topArchitecture({ widths, batchNorm }: Options): string | undefined {
  const found = Object.entries(HEADS).find(([name]) => {
    const stack = DENSE_STACKS[name as keyof typeof HEADS];
    return JSON.stringify(stack.widths) === JSON.stringify(widths) && stack.batchNorm === batchNorm;
  });
  return found?.[1];
}
