import { describe, expect, it } from "vitest";
import { createVolume } from "../volume/volume.js";
import { scaleAboutCentre } from "./scale-about-centre.js";

const line = (...values: number[]) => createVolume({ voxels: Float32Array.from(values), size: [1, values.length] });

describe("scaleAboutCentre", () => {
  it("leaves the centre, enlarges with steps below 1 and fills with zeros above", () => {
    expect([...scaleAboutCentre(line(0, 10, 20, 30, 40), [1, 0.5]).voxels]).toEqual([10, 15, 20, 25, 30]);
    expect([...scaleAboutCentre(line(5, 10, 20, 30, 40), [1, 2]).voxels]).toEqual([0, 5, 20, 40, 0]);
  });

  it("scales each axis by its own step and every channel alike, and changes nothing with 1", () => {
    const image = createVolume({ voxels: Float32Array.from({ length: 18 }, (_, i) => i), size: [3, 3], channels: 2 });
    expect(scaleAboutCentre(image, [1, 1])).toEqual(image);
    const scaled = scaleAboutCentre(image, [0.5, 1]);
    // Rows 0.5, 1 and 1.5: six values a row.
    expect([...scaled.voxels]).toEqual(Array.from({ length: 18 }, (_, i) => 3 * Math.floor(i / 6) + 3 + (i % 6)));
  });
});
