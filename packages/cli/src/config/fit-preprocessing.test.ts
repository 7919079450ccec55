import { createVolume, writeNifti, writePng } from "@ssl3d/data";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeBytes } from "../testing/command.js";
import { fitPreprocessing } from "./fit-preprocessing.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ssl3d-fit-"));
  await writeBytes(join(folder, "pictures", "a.png"), writePng(createVolume({ voxels: new Uint8Array(24), size: [6, 4] })));
  const volumes = { volumes: { size: [6, 5, 4] }, long: { size: [100, 3, 4] }, small: { size: [40, 4, 2], spacing: [2, 2, 5] } };
  for (const [name, grid] of Object.entries(volumes)) {
    const volume = createVolume({ voxels: new Float32Array(grid.size.reduce((product, length) => product * length, 1)), ...grid });
    await writeBytes(join(folder, name, "a.nii.gz"), await writeNifti(volume));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fit(kind: "pictures" | "volumes" | "long" | "small", preprocessing?: object): Promise<unknown> {
  const dataset = kind === "pictures" ? "image-folder" : "nifti-folder";
  const config = { data: { path: join(folder, kind), dataset, ...(preprocessing && { preprocessing }) } };
  return (await fitPreprocessing(config, () => undefined))["data"];
}

it("fits the longest side of what is there", async () => {
  expect(await fit("long")).toMatchObject({ preprocessing: { spacing: [1.57, 1.57, 1.57], size: [64, 64, 64] } });
  expect(await fit("pictures")).toMatchObject({ preprocessing: { spacing: [0.19, 0.19], size: [32, 32] } });
});

it("does not enlarge what is smaller, down to 32 voxels a side", async () => {
  expect(await fit("small")).toMatchObject({ preprocessing: { spacing: [2, 2, 2], size: [48, 48, 48] } });
  expect(await fit("volumes")).toMatchObject({ preprocessing: { spacing: [0.19, 0.19, 0.19], size: [32, 32, 32] } });
});

it("takes one number for both axes of pictures, and leaves the rest as it is given", async () => {
  expect(await fit("pictures", { size: [32, 32, 32] })).toMatchObject({ preprocessing: { size: [32, 32] } });
  expect(await fit("pictures", { size: [32, 16], spacing: [2, 2, 2] })).toMatchObject({ preprocessing: { size: [32, 16], spacing: [2, 2] } });
  expect(await fit("pictures", { size: [32, 32, 16] })).toMatchObject({ preprocessing: { size: [32, 32, 16] } });
  expect(await fit("volumes", { size: [32, 32, 32] })).toMatchObject({ preprocessing: { size: [32, 32, 32] } });
});
