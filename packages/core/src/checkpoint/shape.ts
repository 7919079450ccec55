/** A shape as text, e.g. "[3, 3, 3, 1, 16]". */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** How many elements an array of that shape has. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
