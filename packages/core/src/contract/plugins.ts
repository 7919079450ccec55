import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Random } from "../random.js";
import type { Encoder, Example, Trainable, Weight } from "./network.js";
import type { Figure, NumericArray, Rank, Volume } from "./volume.js";

/** Version of the contract below. A plugin names the one it was written for; a mismatch is refused with the fix. */
export const CONTRACT = 1;

/** What a plugin is. */
export type PluginKind = "task" | "encoder" | "head" | "dataset" | "backend";

/** What every plugin says of itself. */
export interface PluginBase<Kind extends PluginKind, Name extends string, Options> {
  readonly kind: Kind;
  readonly name: Name;
  readonly contract: typeof CONTRACT;
  /** One line for listings. */
  readonly summary: string;
  readonly ranks: readonly Rank[];
  /** The only place of its options' defaults, units and descriptions. Zod 4 schemas fit. */
  readonly options: StandardSchemaV1<unknown, Options>;
  /** DOIs or arXiv ids of the methods it implements. */
  readonly references?: readonly string[];
}

/** What a network is built from. */
export interface BuildRequest<Options> {
  readonly encoder: Encoder;
  readonly options: Options;
  /** Spatial size in voxels, [depth, height, width] or [height, width]: of the preprocessed volumes for a task, of the images that examples carry for a head. */
  readonly inputSize: readonly number[];
  /** Initial weights are drawn from it. */
  readonly random: Random;
}

/** A self-supervised task: it makes its own labels from unlabelled volumes. */
export interface TaskPlugin<Name extends string = string, Options = unknown, E extends Example = Example>
  extends PluginBase<"task", Name, Options> {
  /**
   * Makes one training example from one preprocessed volume. Pure, no tensors: it runs in data workers. All volumes of a run
   * have the same size; `companions` are as many other cases' volumes as {@link companions} asked for.
   */
  example(volume: Volume<Float32Array>, options: Options, random: Random, companions: readonly Volume<Float32Array>[]): E;
  /** How many other cases, drawn anew for every example, `example` needs beside its own; by default none. */
  companions?(options: Options): number;
  /** Puts the task's own layers on top of the encoder. The encoder stays the caller's. */
  build(request: BuildRequest<Options>): Trainable<E>;
  /**
   * The same example with the borders of its images blanked, so that what continues across a cut is gone. How far a
   * task's accuracy falls on it tells whether the network solved the task by such a shortcut. For tasks with an accuracy.
   */
  maskBorders?(example: E, options: Options): E;
  /** What the network is asked, for the report. */
  preview?(example: E, options: Options): readonly Figure[];
}

/** What an encoder is built from. */
export interface EncoderRequest<Options> {
  readonly rank: Rank;
  /** Image channels. */
  readonly channels: number;
  readonly options: Options;
  readonly random: Random;
}

/** An architecture of encoders. */
export interface EncoderPlugin<Name extends string = string, Options = unknown>
  extends PluginBase<"encoder", Name, Options> {
  build(request: EncoderRequest<Options>): Encoder;
}

/** An image with its truth: a label volume of the same size, a class number or a vector. */
export interface LabelledCase {
  readonly image: Volume<Float32Array>;
  readonly truth: Volume | number | readonly number[];
}

/** Named scores of one case; null where undefined, such as a distance to an empty region. */
export type Scores = Readonly<Record<string, number | null>>;

/** One case of a test set with what a head said of it. */
export interface PredictedCase {
  /** [...spatial, classes] or [classes]. */
  readonly probabilities: NumericArray;
  readonly truth: LabelledCase["truth"];
}

/** Scores of a whole test set that are no means over its cases, such as a kappa. */
export interface CohortScores {
  readonly scores: Scores;
  /** How often each class was taken for each: a row a true class, a column a predicted one. */
  readonly confusion?: { readonly classes: readonly string[]; readonly counts: readonly (readonly number[])[] };
}

/** A trained head. */
export interface Head<E extends Example = Example> extends Trainable<E> {
  /** Those of its weights that a proxy task may have pretrained under the same names: a U-Net decoder without its output layer. None by default. */
  readonly decoder?: readonly Weight[];
  /** Class probabilities, or what `answers` says instead, for [batch, ...spatial, channels], in the form that `predicts` tells; the caller owns the tensor. */
  predict(images: Tensor): Tensor;
}

/** What a head is built from. */
export interface HeadRequest<Options> extends BuildRequest<Options> {
  /** What the plugin's `classPrior` tells of the training truths; initialises the output bias. */
  readonly classPrior?: readonly number[];
}

/** A downstream job on top of an encoder. */
export interface HeadPlugin<Name extends string = string, Options = unknown, E extends Example = Example>
  extends PluginBase<"head", Name, Options> {
  /** What `predict` answers about: every voxel, [batch, ...spatial, classes] (the default), or the image, [batch, classes]. */
  readonly predicts?: "voxels" | "image";
  /** Whether answers are probabilities of classes (the default) or measured numbers, [batch, numbers]; then "probabilities" below are numbers. */
  readonly answers?: "probabilities" | "numbers";
  /** Makes one training example (patch, augmentation) from one labelled case. Pure, no tensors. */
  example(labelled: LabelledCase, options: Options, random: Random): E;
  build(request: HeadRequest<Options>): Head<E>;
  /** Scores one case: the probabilities of the whole image ([...spatial, classes] or [classes]) against the truth. */
  score(probabilities: NumericArray, truth: LabelledCase["truth"], options: Options): Scores;
  /** Scores a whole test set where that is more than the mean of its cases' scores. For heads that predict about images. */
  summarise?(cases: readonly PredictedCase[], options: Options): CohortScores;
  /** The class or grade that probabilities amount to, and its name. For heads that predict about images. */
  decide?(probabilities: NumericArray, options: Options): { readonly label: number; readonly name: string };
  /** How often each class occurs in the truths given, summing to 1; where answers are numbers, their means. */
  classPrior?(truths: readonly LabelledCase["truth"][], options: Options): readonly number[];
}

/** Where files come from: a folder on disk, files dropped on a page. Paths are relative and use "/". */
export interface FileSource {
  list(): Promise<readonly string[]>;
  /** Throws a coded error that names the file where it cannot be read. */
  read(path: string): Promise<Uint8Array>;
  /** For messages: the folder or a description. */
  readonly label: string;
}

/** One case of a data set. */
export interface CaseInfo {
  readonly id: string;
  readonly labelled: boolean;
}

/** An opened data set; cases are sorted by id, so that splits do not depend on the file system. */
export interface Dataset {
  readonly cases: readonly CaseInfo[];
  loadImage(id: string): Promise<Volume>;
  /** Throws a coded error where the case has no truth, or one that does not fit its image. */
  loadTruth(id: string): Promise<Volume | number | readonly number[]>;
}

/** A layout of files, such as a folder of NIfTI volumes or BraTS cases. */
export interface DatasetPlugin<Name extends string = string, Options = unknown>
  extends PluginBase<"dataset", Name, Options> {
  open(files: FileSource, options: Options): Promise<Dataset>;
}

/** What an engine computes in. */
export type Precision = "float32" | "bf16";

/** Whether an engine can run here. */
export interface BackendStatus {
  readonly status: "ok" | "unavailable";
  readonly version?: string;
  /** Why it cannot run here; with "ok", what it lacks here, such as a precision. */
  readonly reason?: string;
  /** What the user can do about it, as an instruction. */
  readonly fix?: string;
  /** Those it has here, the one to take by default first. */
  readonly precisions: readonly Precision[];
}

/** What an engine counted of its native code since it was activated; the difference of two is an interval's. */
export interface BackendProfile {
  /** Milliseconds inside native primitives, such as a library's convolutions; the rest of a step is JavaScript and copies. */
  readonly nativeMilliseconds: number;
  /** The same by primitive, where the engine counts it: names in its own words. */
  readonly primitives?: readonly { readonly name: string; readonly calls: number; readonly milliseconds: number }[];
}

/** A compute engine: a tfjs backend plus kernels. */
export interface BackendPlugin<Name extends string = string, Options = unknown>
  extends PluginBase<"backend", Name, Options> {
  /** Engines are tried from the highest priority down. */
  readonly priority: number;
  /** Looks without starting anything heavy. */
  probe(): Promise<BackendStatus>;
  /** Makes it tfjs' current backend and resolves to the tfjs backend name. */
  activate(options: Options): Promise<string>;
  /** Time inside its native code, for `ssl3d bench --profile`; an engine without native code has none. */
  profile?(): BackendProfile;
}

/** Any plugin, its options and examples unknown to the holder: options come out of `options` validated and go back in. */
export type AnyPlugin = TaskPlugin | EncoderPlugin | HeadPlugin | DatasetPlugin | BackendPlugin;

type Declared<P extends { kind: string; contract: number }> = Omit<P, "kind" | "contract">;

/** Declares a proxy task. */
export function defineTask<const Name extends string, Options, E extends Example>(
  task: Declared<TaskPlugin<Name, Options, E>>,
): TaskPlugin<Name, Options, E> {
  return Object.freeze({ ...task, kind: "task", contract: CONTRACT });
}

/** Declares an encoder architecture. */
export function defineEncoder<const Name extends string, Options>(
  encoder: Declared<EncoderPlugin<Name, Options>>,
): EncoderPlugin<Name, Options> {
  return Object.freeze({ ...encoder, kind: "encoder", contract: CONTRACT });
}

/** Declares a downstream head. */
export function defineHead<const Name extends string, Options, E extends Example>(
  head: Declared<HeadPlugin<Name, Options, E>>,
): HeadPlugin<Name, Options, E> {
  return Object.freeze({ ...head, kind: "head", contract: CONTRACT });
}

/** Declares a data set layout. */
export function defineDataset<const Name extends string, Options>(
  dataset: Declared<DatasetPlugin<Name, Options>>,
): DatasetPlugin<Name, Options> {
  return Object.freeze({ ...dataset, kind: "dataset", contract: CONTRACT });
}

/** Declares a compute engine. */
export function defineBackend<const Name extends string, Options>(
  backend: Declared<BackendPlugin<Name, Options>>,
): BackendPlugin<Name, Options> {
  return Object.freeze({ ...backend, kind: "backend", contract: CONTRACT });
}
