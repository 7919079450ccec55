import type { ImageArray } from "@ssl3d/data";

/** Pieces of a grid, [pieces, ...size, channels], put together: place q, counted first axis slowest, gets piece `order[q]`. */
export function assemblePieces({ data, shape }: ImageArray, order: readonly number[]): ImageArray {
  const piece = shape.slice(1, -1);
  const rank = piece.length;
  const perSide = Math.round(order.length ** (1 / rank));
  const channels = shape[rank + 1]!;
  const size = piece.map((side) => side * perSide);
  const result = new Float32Array(data.length);
  const length = data.length / order.length;
  const width = piece[rank - 1]! * channels;
  order.forEach((source, place) => {
    for (let row = 0; row * width < length; row++) {
      // where the row begins in the whole: its voxel along every axis, last axis first
      let [restOfPlace, restOfRow, stride, target] = [place, row, channels, 0];
      for (let axis = rank - 1; axis >= 0; axis--) {
        const side = piece[axis]!;
        const within = axis === rank - 1 ? 0 : restOfRow % side;
        if (axis < rank - 1) restOfRow = Math.floor(restOfRow / side);
        target += ((restOfPlace % perSide) * side + within) * stride;
        restOfPlace = Math.floor(restOfPlace / perSide);
        stride *= size[axis]!;
      }
      result.set(data.subarray(source * length + row * width, source * length + (row + 1) * width), target);
    }
  });
  return { data: result, shape: [...size, channels] };
}
