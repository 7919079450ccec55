import { Ssl3dError } from "../errors.js";

/** A weights file that breaks the safetensors format. `label` says which file it is. */
export function badSafetensors(label: string, problem: string, cause?: unknown): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_SAFETENSORS_INVALID",
    message: `${label} is not a valid safetensors file: ${problem}.`,
    fix: "Fetch or copy the file again; if it was being written when the machine stopped, use the checkpoint before it.",
    facts: { label, problem },
    cause,
  });
}

/** A sound safetensors file that holds an element type which is not read. */
export function unsupportedDtype(label: string, tensor: string, dtype: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_SAFETENSORS_DTYPE",
    message: `${label} holds tensor "${tensor}" of type ${dtype}; floats of 16, 32 and 64 bits, integers and truth values can be read.`,
    fix: "Convert the file to F32 with the tool that wrote it.",
    facts: { label, tensor, dtype },
  });
}

/** A tensor of integers that int32 cannot hold. */
export function integerTooLong(label: string, tensor: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_SAFETENSORS_DTYPE",
    message: `${label} holds tensor "${tensor}" with integers of more than 32 bits.`,
    fix: "Leave the tensor out of the file, or store it as F32.",
    facts: { label, tensor },
  });
}

/** Weights that do not fit the network they are loaded into. */
export function weightsMismatch(label: string, problems: readonly string[]): Ssl3dError {
  const shown = problems.slice(0, 8).join("; ");
  const more = problems.length > 8 ? `; and ${problems.length - 8} more` : "";
  return new Ssl3dError({
    code: "SSL3D_WEIGHTS_MISMATCH",
    message: `The weights of ${label} do not fit the network, ${problems.length} do not match: ${shown}${more}.`,
    fix: "Build the network with the options that the weights were trained with, or load partially to leave the rest as initialised.",
    facts: { label, problems },
  });
}

/** Weights of which not one fits the network. */
export function nothingLoaded(label: string, names: readonly string[], expected: readonly string[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_WEIGHTS_NONE_LOADED",
    message: `Not one weight of ${label} fits the network: it holds ${someOf(names)}, the network has ${someOf(
      expected
    )}.`,
    fix: "Use weights of the same architecture as the network.",
    facts: { label, names, expected },
  });
}

/** A checkpoint whose files are missing, damaged or of another version. */
export function badCheckpoint(label: string, problem: string, cause?: unknown): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_CHECKPOINT_INVALID",
    message: `The checkpoint ${label} cannot be used: ${problem}.`,
    fix: "Delete this checkpoint and resume from the one before it.",
    facts: { label, problem },
    cause,
  });
}

/** A checkpoint of another run than the one that is to be resumed. */
export function otherRun(label: string, differences: readonly string[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_CHECKPOINT_OTHER_RUN",
    message: `The checkpoint ${label} belongs to a run with other settings: ${differences.join("; ")}.`,
    fix: "Resume with the settings that the run was started with, or start a new run in another folder.",
    facts: { label, differences },
  });
}

function someOf(names: readonly string[]): string {
  if (names.length === 0) return "none";
  return `${names
    .slice(0, 3)
    .map((name) => `"${name}"`)
    .join(", ")}${names.length > 3 ? ", ..." : ""}`;
}
