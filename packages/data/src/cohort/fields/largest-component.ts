import { connectedComponent } from "./connected-component.js";

/** The largest of a mask's pieces that are connected through shared faces (the first of equals), as a new mask. Any rank. */
export function largestComponent(mask: Uint8Array, size: readonly number[]): Uint8Array {
  const left = mask.slice();
  let largest: Uint8Array = new Uint8Array(mask.length);
  let most = 0;
  for (let seed = left.indexOf(1); seed >= 0; seed = left.indexOf(1, seed)) {
    const component = connectedComponent(left, size, seed);
    let count = 0;
    for (let i = seed; i < component.length; i++) {
      if (component[i] === 0) continue;
      left[i] = 0;
      count++;
    }
    if (count > most) {
      most = count;
      largest = component;
    }
  }
  return largest;
}
