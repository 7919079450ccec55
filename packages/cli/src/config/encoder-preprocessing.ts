import { readEncoderContract } from "@ssl3d/node";
import { merge, type RawConfig } from "./overrides.js";

/**
 * Without a configuration file, --size and --spacing change the preprocessing that an encoder brings instead of replacing it: the rest,
 * such as its normalisation, stays what the encoder was trained with.
 */
export async function keepEncoderPreprocessing(raw: RawConfig, folder: string): Promise<RawConfig> {
  const { preprocessing } = (raw["data"] ?? {}) as { readonly preprocessing?: RawConfig };
  if (preprocessing === undefined) return raw;
  const { contract } = await readEncoderContract(folder);
  return merge({ data: { preprocessing: { ...contract.preprocessing } } }, raw);
}
