import { shapeText, Ssl3dError } from "@ssl3d/core";
import type { OtherFormat } from "../other-format.js";

/** Weights in another format. */
export function notSafetensors(label: string, { what, fix }: OtherFormat): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_SAFETENSORS_INVALID",
    message: `Expected a safetensors file, received ${label}, which is ${what}.`,
    fix: fix.replace(" and convert them by a mapping: ssl3d convert mapping;", ":"),
    facts: { file: label },
  });
}

/** Tensors, or weights of ours, for which a mapping file gives more than one answer. */
export function mappingAmbiguous(mapping: string, label: string, conflicts: readonly string[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_MAPPING_AMBIGUOUS",
    message: `Expected one destination for every tensor of ${label} and one tensor for every weight, but ${mapping} gives several: ${listed(conflicts)}.`,
    fix: 'Narrow the patterns, for example by listing what a capture may be under "where".',
    facts: { mapping, label, conflicts },
  });
}

/** Sums of captures that are no whole numbers. */
export function mappingNotANumber(mapping: string, label: string, places: readonly string[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_MAPPING_NOT_A_NUMBER",
    message: `Expected whole numbers where ${mapping} adds or subtracts, received in ${label}: ${listed(places)}.`,
    fix: 'Name what the capture stands for under "where", or use it without a sum.',
    facts: { mapping, label, places },
  });
}

/** A tensor that does not fit the weight that it is led to. */
export interface Misfit {
  readonly source: string;
  readonly shape: readonly number[];
  readonly destination: string;
  readonly expected: readonly number[];
  /** Its shape after the transposition; null where the transposition does not fit its axes, or it holds no real numbers. */
  readonly received: readonly number[] | null;
  readonly reason: string;
}

/** Tensors whose shapes are not those of the weights that they are led to. */
export function mappingShapes(mapping: string, label: string, misfits: readonly Misfit[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_MAPPING_SHAPE",
    message: `Expected tensors of ${label} to fit the weights that ${mapping} leads them to, but ${misfits.length} do not: ${listed(misfits.map(misfitText))}.`,
    fix: 'Correct the encoder\'s or head\'s options (channels, filters, levels), or the rule\'s "transpose".',
    facts: { mapping, label, misfits },
  });
}

function misfitText({ source, shape, destination, expected, reason }: Misfit): string {
  return `"${source}" ${shapeText(shape)} ${reason}, "${destination}" is ${shapeText(expected)}`;
}

/** Tensors that no rule takes and that are not to be ignored; often the weights that they were meant for are missing, too. */
export function mappingUnused(mapping: string, label: string, unused: readonly string[], missing: readonly string[]): Ssl3dError {
  const lack = missing.length === 0 ? "" : ` ${missing.length} weights of the network get nothing: ${listed(missing)}.`;
  return new Ssl3dError({
    code: "SSL3D_MAPPING_UNUSED",
    message: `Expected ${mapping} to take or ignore every tensor of ${label}, but ${unused.length} are neither: ${listed(unused)}.${lack}`,
    fix: 'Write rules for them, list them under "ignore", or convert with --partial.',
    facts: { mapping, label, unused, missing },
  });
}

/** Weights of ours that no tensor is led to. */
export function mappingMissing(mapping: string, label: string, missing: readonly string[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_MAPPING_MISSING",
    message: `Expected a tensor of ${label} for every weight of the network, but by ${mapping} ${missing.length} get nothing: ${listed(missing)}.`,
    fix: 'Write rules for them, give their values under "constants", or convert with --partial to leave them at random initial values.',
    facts: { mapping, label, missing },
  });
}

/** A partial conversion that would convert nothing. */
export function mappingNothing(mapping: string, label: string): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_MAPPING_NOTHING",
    message: `Expected ${mapping} to find weights in ${label}, but not one tensor becomes a weight of the network.`,
    fix: 'Compare the names in the file with the patterns under "rules"; exports of DataParallel begin with "module.".',
    facts: { mapping, label },
  });
}

/** Weights that are no numbers. */
export function mappingNotFinite(label: string, tensors: readonly string[]): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_MAPPING_NOT_FINITE",
    message: `Expected finite weights in ${label}, received NaN or infinite values in ${tensors.length} tensors: ${listed(tensors)}.`,
    fix: "The training that wrote the file had diverged, or values are too large for float32: take an earlier checkpoint.",
    facts: { label, tensors },
  });
}

function listed(items: readonly string[]): string {
  const more = items.length > 8 ? `; and ${items.length - 8} more` : "";
  return items.slice(0, 8).join("; ") + more;
}
