import type { Named, Rank } from "@ssl3d/core";
import type { KerasCheckpoint } from "../hdf5/keras-checkpoint.js";
import type { ModelConfig } from "./model-config.js";
import type { Unit } from "./units.js";

/** What the user may say where a file does not. */
export interface ConvertOptions {
  /** The proxy task: cpc, rotation, jigsaw, rpl or exemplar. */
  readonly task?: string;
  /** Patches along every axis, for jigsaw, rpl and cpc. */
  readonly patchesPerSide?: number;
  /** The encoder's final pooling. */
  readonly pooling?: "max" | "average" | "none";
  /** Voxels along every axis of one image or patch that the encoder takes. */
  readonly inputSize?: number;
  /** What the last layer of a classifier, or of a head by itself, ends in. */
  readonly activation?: "softmax" | "sigmoid" | "relu" | "linear";
}

/** A plugin with its options, and the units whose weights it takes. */
export interface RecognisedPart extends Named {
  readonly package: string;
  readonly units: readonly Unit[];
}

/** A network of the original, recognised in a file. */
export interface Recognised {
  readonly kind: "encoder" | "proxy" | "segmentation" | "classification" | "head";
  /** The proxy task, where it is one. */
  readonly task: string | null;
  readonly rank: Rank;
  /** Image channels, or the features that a head by itself takes. */
  readonly channels: number;
  /** Absent for a head by itself. */
  readonly encoder?: RecognisedPart;
  /** What sits on the encoder. */
  readonly part?: RecognisedPart & { readonly plugin: "task" | "head"; readonly inputSize: readonly number[] };
  /** Layers that are left out, and why. */
  readonly dropped?: { readonly units: readonly Unit[]; readonly reason: string };
  /** Spatial size of the images that the encoder takes. */
  readonly patchSize: readonly number[];
  /** What nobody recorded, by the contract's field names. */
  readonly unknown: readonly string[];
  /** What was taken for true without the file saying so, for people. */
  readonly assumed: readonly string[];
}

/** What sits on an encoder, and what that tells of the encoder's input. */
export type RecognisedTop = Pick<Recognised, "kind" | "task" | "part" | "patchSize" | "dropped">;

/** Collects what a recognition takes for true. */
export interface Notes {
  readonly assumed: string[];
  readonly unknown: string[];
}

/** What a recognition looks at. */
export interface Evidence {
  readonly checkpoint: KerasCheckpoint;
  readonly config: ModelConfig | undefined;
  readonly options: ConvertOptions;
  readonly notes: Notes;
}
