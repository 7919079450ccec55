import { badOption } from "../errors.js";
import { texts, type Options } from "../options.js";

/** The text of the option `--verify` of conversions. */
export const VERIFY_HELP = "Inputs, and last the expected outputs (.npy): --verify X.npy Y.npy; the folder is written only when they agree to 1e-4";

/**
 * The files of `--verify X.npy Y.npy`, of which the parser takes the first for the option's value and the others for arguments.
 * @param more arguments behind those that the command has
 */
export function verifyFiles(options: Options, more: readonly string[]): string[] {
  const given = texts(options, "verify");
  const files = [...given, ...more];
  if (files.length === 1 || (more.length > 0 && given.length === 0)) throw badOption("verify", "inputs and expected outputs, two .npy files or more", files.join(" "));
  return files;
}
