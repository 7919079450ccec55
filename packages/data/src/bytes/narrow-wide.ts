import type { Ssl3dError } from "@ssl3d/core";

/**
 * 64-bit whole numbers as int32 where all fit, else as float64.
 * @throws what `tooLarge` returns for the first value that float64 cannot hold exactly
 */
export function narrowWide(
  wide: BigInt64Array | BigUint64Array,
  tooLarge: (value: bigint) => Ssl3dError,
): Int32Array | Float64Array {
  const narrow = new Float64Array(wide.length);
  let fits = true;
  for (let at = 0; at < wide.length; at++) {
    const value = Number(wide[at]);
    if (!Number.isSafeInteger(value)) throw tooLarge(wide[at]!);
    fits &&= value === (value | 0);
    narrow[at] = value;
  }
  return fits ? Int32Array.from(narrow) : narrow;
}
