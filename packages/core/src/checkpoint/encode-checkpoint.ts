import { z } from "zod";
import { trainingOptions } from "../train/options.js";
import type { Checkpoint, CheckpointState, NamedArrays } from "./checkpoint.js";
import { badCheckpoint } from "./errors.js";
import { sha256 } from "./hash.js";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.js";

/** The files of a checkpoint, in the order in which they should be written: `state.json` last, it vouches for the others. */
export const CHECKPOINT_FILES = ["weights.safetensors", "optimizer.safetensors", "state.json"] as const;

/** One of {@link CHECKPOINT_FILES}. */
export type CheckpointFile = (typeof CHECKPOINT_FILES)[number];

/** A checkpoint as files. */
export type CheckpointFiles = Readonly<Record<CheckpointFile, Uint8Array>>;

const stateFile: z.ZodType<
  CheckpointState & { sha256: Record<"weights.safetensors" | "optimizer.safetensors", string> }
> = z.object({
  format: z.literal(1),
  step: z.int().min(0),
  optimizer: z.object({ name: z.string(), iterations: z.int().min(0) }),
  encoderFrozen: z.boolean(),
  validationDue: z.boolean(),
  seed: z.string(),
  options: trainingOptions,
  plugins: z.record(z.string(), z.string()),
  sha256: z.object({ "weights.safetensors": z.string(), "optimizer.safetensors": z.string() }),
});

/** Writes a checkpoint as two safetensors files and a `state.json` with their SHA-256 sums. */
export async function encodeCheckpoint(checkpoint: Checkpoint): Promise<CheckpointFiles> {
  const weights = encodeSafetensors(checkpoint.weights);
  const optimizer = encodeSafetensors(checkpoint.optimizer);
  const state = {
    ...checkpoint.state,
    sha256: { "weights.safetensors": await sha256(weights), "optimizer.safetensors": await sha256(optimizer) },
  };
  return {
    "weights.safetensors": weights,
    "optimizer.safetensors": optimizer,
    "state.json": new TextEncoder().encode(`${JSON.stringify(state, null, 2)}\n`),
  };
}

/**
 * Reads the files of a checkpoint and checks them against their sums.
 * @param label names the checkpoint in errors, e.g. its folder
 * @throws Ssl3dError SSL3D_CHECKPOINT_INVALID, SSL3D_SAFETENSORS_INVALID
 */
export async function decodeCheckpoint(files: CheckpointFiles, label: string): Promise<Checkpoint> {
  const { sha256: sums, ...state } = parseState(files["state.json"], label);
  const read = async (file: "weights.safetensors" | "optimizer.safetensors"): Promise<NamedArrays> => {
    const sum = await sha256(files[file]);
    if (sum !== sums[file]) {
      throw badCheckpoint(label, `${file} has the SHA-256 sum ${sum}, state.json expects ${sums[file]}`);
    }
    return decodeSafetensors(files[file], `${label}/${file}`).tensors;
  };
  return { state, weights: await read("weights.safetensors"), optimizer: await read("optimizer.safetensors") };
}

function parseState(bytes: Uint8Array, label: string): z.output<typeof stateFile> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw badCheckpoint(label, "state.json is not JSON", cause);
  }
  const parsed = stateFile.safeParse(json);
  if (!parsed.success)
    throw badCheckpoint(label, `state.json is wrong at ${z.prettifyError(parsed.error).replaceAll(/\s+/g, " ")}`);
  return parsed.data;
}
