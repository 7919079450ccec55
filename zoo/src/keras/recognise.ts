import { notRecognised } from "../errors.js";
import type { KerasCheckpoint } from "../hdf5/keras-checkpoint.js";
import { checkSettings } from "./check-settings.js";
import { readModelConfig, type ModelConfig } from "./model-config.js";
import type { ConvertOptions, Evidence, Recognised } from "./recognised.js";
import { recogniseEncoder } from "./recognise-encoder.js";
import { recogniseHead } from "./recognise-head.js";
import { recogniseTop } from "./recognise-part.js";
import { readUnits } from "./units.js";

/** What a recognition found, and what it was read off. */
export interface Recognition extends Recognised {
  /** Groups that repeat an earlier one. */
  readonly repeated: readonly string[];
  /** The description of a full model. */
  readonly config: ModelConfig | undefined;
}

/**
 * Tells which network of the original a checkpoint holds: by the order and shapes of its weights, with what the description of a full
 * model adds (sizes, pooling, dropout, activations). Names of layers, which depend on the session that made them, decide nothing
 * about weights.
 * @throws SSL3D_KERAS_NOT_RECOGNISED, SSL3D_KERAS_LAYER_UNKNOWN, SSL3D_KERAS_SETTING_UNKNOWN, SSL3D_KERAS_AMBIGUOUS,
 * SSL3D_KERAS_OPTION_CONTRADICTS, SSL3D_KERAS_FILE_INVALID
 */
export function recognise(checkpoint: KerasCheckpoint, options: ConvertOptions = {}): Recognition {
  const config = readModelConfig(checkpoint);
  const { units, repeated } = readUnits(checkpoint);
  if (units.length === 0) throw notRecognised(checkpoint.label, "no weights at all");
  const evidence: Evidence = { checkpoint, config, options, notes: { assumed: [], unknown: [] } };
  const { encoder, behind } = recogniseEncoder(evidence, units);
  const recognised: Recognised =
    encoder === undefined
      ? recogniseHead(evidence, behind)
      : { ...recogniseTop(evidence, encoder, behind), encoder, rank: encoder.rank, channels: encoder.channels, ...evidence.notes };
  if (config !== undefined) checkSettings(checkpoint.label, config, recognised);
  return { ...recognised, repeated, config };
}
