import { elementsOf } from "@ssl3d/core";

/** A file of a converted folder, by its path with "/". */
export type ConvertedFiles = Readonly<Record<string, Uint8Array | string>>;

/** The weights' file, in the folder and in each part of it. */
export const WEIGHTS = "weights.safetensors";

/** Hashes a weights file: SHA-256 as 64 hexadecimal digits. */
export type Hash = (bytes: Uint8Array) => string | Promise<string>;

/** The text of a JSON file. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Options in a line: `filters 8, pooling "max"`. */
export function optionsText(options: Readonly<Record<string, unknown>>): string {
  return Object.entries(options)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    .join(", ");
}

/** How many numbers tensors hold together: "1,800". */
export function countText(tensors: readonly { readonly shape: readonly number[] }[]): string {
  return tensors.reduce((sum, { shape }) => sum + elementsOf(shape), 0).toLocaleString("en");
}

/** "1 channel", "3 channels". */
export function channelsText(count: number): string {
  return `${count} ${count === 1 ? "channel" : "channels"}`;
}

/** What the elements of images of that rank are called. */
export function elementsName(rank: number): string {
  return rank === 2 ? "pixels" : "voxels";
}
