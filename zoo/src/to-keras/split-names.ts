import { nameTooLong } from "./errors.js";

/** Bytes that Keras puts into one attribute; HDF5 takes 64 KiB with its own header. */
export const ATTRIBUTE_BYTES = 64_512;

/**
 * Splits a list of names that is too long for one attribute into as few near-equal parts as fit, as Keras does.
 * @returns the parts in order, and the bytes that each name takes in all of them
 * @throws SSL3D_KERAS_CANNOT_HOLD for a name that fits into no attribute, or not into ASCII
 */
export function splitNames(names: readonly string[], list: string): { readonly parts: readonly (readonly string[])[]; readonly length: number } {
  // strings end in a zero byte
  const length = Math.max(0, ...names.map((name) => name.length)) + 1;
  const wrong = names.find((name) => name.length >= ATTRIBUTE_BYTES || !/^[\x20-\x7e]*$/.test(name));
  if (wrong !== undefined) throw nameTooLong(list, wrong);
  let count = Math.max(1, Math.ceil((names.length * length) / ATTRIBUTE_BYTES));
  while (Math.ceil(names.length / count) * length > ATTRIBUTE_BYTES) count++;
  const [size, more] = [Math.floor(names.length / count), names.length % count];
  const parts = Array.from({ length: count }, (_, index) => {
    const start = index * size + Math.min(index, more);
    return names.slice(start, start + size + (index < more ? 1 : 0));
  });
  return { parts, length };
}
