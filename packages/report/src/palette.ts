/** Colours of series and labels: close to Okabe and Ito's set, told apart with common colour blindness and on light and dark paper. */
export const PALETTE: readonly string[] = ["#2b8cc4", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6bb1"];

/** The colour of series or label number `index` (labels count from 1: pass label - 1). */
export function colourOf(index: number): string {
  return PALETTE[((index % PALETTE.length) + PALETTE.length) % PALETTE.length] as string;
}

/** [red, green, blue], 0..255. */
export function rgbOf(index: number): readonly [number, number, number] {
  const value = Number.parseInt(colourOf(index).slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
