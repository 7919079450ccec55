import { nearest } from "@ssl3d/core";
import { LEAST_PATCHES_PER_SIDE } from "@ssl3d/task-cpc";
import { originalValue } from "../../errors.js";
import type { RawConfig } from "../overrides.js";
import { loaderOf, LOADERS } from "./loaders.js";
import type { OriginalKind, OriginalValues } from "./original-values.js";

/** Keys that the original never read, and those that they were taken for. */
const MISTAKEN: Readonly<Record<string, string>> = { train3D: "data_is_3D", n_channels: "number_channels", split_per_side: "patches_per_side" };

/**
 * Refuses values that do not go together, or that nothing here can follow.
 * @throws SSL3D_ORIGINAL_VALUE
 */
export function checkValues(values: OriginalValues, { algorithm, rank, layoutNamed }: OriginalKind, raw: RawConfig, file: string): void {
  const { dataset_name: name, data_dim: side, crop_size: crop, encoder_architecture: encoder, patches_per_side: perSide = LEAST_PATCHES_PER_SIDE } = values;
  const loader = loaderOf(name);
  if (loader === undefined && !layoutNamed) {
    const known = Object.keys(LOADERS);
    const close = nearest(name, known, 1)[0];
    const fix = close === undefined ? "Name the layout of your data with --dataset." : `Did you mean "${close}"? Of other data, name the layout with --dataset.`;
    throw originalValue(file, `"dataset_name": one of ${known.join(", ")}`, name, fix);
  }
  if (loader !== undefined && loader.rank !== rank) {
    const images = loader.rank === 3 ? "volumes" : "2D images";
    const mistaken = Object.keys(MISTAKEN).filter((key) => raw[key] !== undefined);
    const readAs = mistaken.map((key) => `"${MISTAKEN[key] as string}" for "${key}"`).join(", ");
    throw originalValue(
      file,
      `"data_is_3D": ${loader.rank === 3} beside "dataset_name": "${name}", whose images are ${images}`,
      raw["data_is_3D"],
      `Write "data_is_3D": ${loader.rank === 3}, or another dataset_name.${readAs === "" ? "" : ` The original never read ${mistaken.join(", ")}: write ${readAs}.`}`,
    );
  }
  if (rank === 3 && encoder !== null)
    throw originalValue(file, '"encoder_architecture": null in 3D, where the original has the U-Net only', encoder, `Remove "encoder_architecture".`);
  if (crop !== undefined && crop !== null && crop > side)
    throw originalValue(file, `"crop_size": at most "data_dim", ${side}`, crop, `Correct one of them; "crop_size": ${side} keeps the whole image.`);
  if (algorithm === "cpc" && perSide < LEAST_PATCHES_PER_SIDE)
    throw originalValue(
      file,
      `"patches_per_side": at least ${LEAST_PATCHES_PER_SIDE} for cpc (with fewer, the context would contain what is to be predicted)`,
      perSide,
      `Write "patches_per_side": ${LEAST_PATCHES_PER_SIDE} or more.`,
    );
}
