import {
  axisOrder,
  ENCODER_CONTRACT_VERSION,
  type Encoder,
  type EncoderContract,
  type EncoderPlugin,
  type EncoderProvenance,
  type PreprocessingOptions,
  type SliceOptions,
} from "@ssl3d/core";
import type { ActiveEngine } from "../engine/activate-engine.js";
import { VERSION } from "../version.js";
import type { ImageShape } from "./cases.js";
import { originOf, type TransferEvent } from "./transfer-encoder.js";
import { namedPlugin, type UsedPlugin } from "./use-plugin.js";

/** What an encoder's contract is made from. */
export interface EncoderDescription {
  readonly encoder: Encoder;
  readonly architecture: UsedPlugin<EncoderPlugin>;
  readonly shape: ImageShape;
  readonly preprocessing: PreprocessingOptions;
  /** The slices it was trained on; default whole images. */
  readonly slices?: SliceOptions | null;
  /** Citations are those of the training; those of the weights that it started from are added. */
  readonly provenance: Omit<EncoderProvenance, "engine" | "codeVersion" | "licences" | "from"> & { readonly engine: ActiveEngine };
  /** The transfer that the training began with, where it did not start from random weights. */
  readonly transfer?: TransferEvent;
}

/** The contract of an encoder, before its weights are written. */
export function describeEncoder(description: EncoderDescription): Omit<EncoderContract, "weights"> {
  const { encoder, architecture, shape, preprocessing, slices = null, provenance, transfer } = description;
  return {
    formatVersion: ENCODER_CONTRACT_VERSION,
    architecture: { ...namedPlugin(architecture), package: architecture.package },
    rank: encoder.rank,
    axisOrder: axisOrder(encoder.rank),
    // A data set does not name its channels; their order is what counts.
    inputChannels: Array.from({ length: encoder.channels }, (_, index) => `channel ${index}`),
    patchSize: shape.size,
    preprocessing,
    slices,
    levels: encoder.levels,
    output: encoder.output,
    provenance: {
      ...provenance,
      engine: `${provenance.engine.name} ${provenance.engine.version}`,
      codeVersion: VERSION,
      licences: transfer?.provenance?.licences ?? [],
      citations: [...new Set([...(transfer?.provenance?.citations ?? []), ...provenance.citations])],
      ...(transfer && { from: originOf(transfer) }),
    },
  };
}
