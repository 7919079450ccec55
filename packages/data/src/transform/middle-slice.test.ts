import { expect, it } from "vitest";
import { middleSlice } from "./middle-slice.js";

it("shows the middle axial slice of a volume from the feet, the front at the top; images as they are", () => {
  // width to the patient's right, height to the front: value = 100 depth + 10 height + width, a second channel beside it
  const data = Float32Array.from({ length: 3 * 2 * 3 * 2 }, (_, i) => (i % 2 === 1 ? -1 : 100 * Math.floor(i / 12) + 10 * (Math.floor(i / 6) % 2) + (Math.floor(i / 2) % 3)));
  expect(middleSlice(data, [3, 2, 3, 2])).toEqual({ data: Float32Array.of(112, 111, 110, 102, 101, 100), shape: [2, 3, 1] });
  const image = Float32Array.of(1, 2, 3);
  expect(middleSlice(image, [1, 1, 3]).data).toBe(image);
});
