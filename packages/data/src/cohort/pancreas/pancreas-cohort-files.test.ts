import { createHash } from "node:crypto";
import { createRandom, type FileSource } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import { decathlon } from "../../datasets/decathlon.js";
import { readNifti } from "../../nifti/read-nifti.js";
import type { CohortRequest } from "../cohort.js";
import { createPancreasCohort } from "./pancreas-cohort.js";
import { pancreasCohortFiles } from "./pancreas-cohort-files.js";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const id = (index: number): string => `synthetic-pancreas-0000${index}`;

async function filesOf(request: CohortRequest, options: object = {}): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const cohort = createPancreasCohort({ size: 24, ...options });
  for await (const { path, bytes } of pancreasCohortFiles(cohort, request)) files.set(path, bytes);
  return files;
}

function sourceOf(files: Map<string, Uint8Array>): FileSource {
  return {
    label: "memory",
    list: () => Promise.resolve([...files.keys()]),
    read: (path) => Promise.resolve(files.get(path)!),
  };
}

describe("pancreasCohortFiles", () => {
  it("lays the files out as the Decathlon does, with card and licence", async () => {
    const files = await filesOf({ count: 2, seed: 5 });
    expect([...files.keys()]).toEqual([
      "README.md",
      "LICENSE.md",
      ...[0, 1].flatMap((index) => [`imagesTr/${id(index)}.nii.gz`, `labelsTr/${id(index)}.nii.gz`]),
      "dataset.json",
    ]);
    const card = text(files.get("README.md")!);
    expect(card.split("\n", 1)[0]).toContain("SYNTHETIC");
    for (const words of ["seed 5", "CC0", "24 x 24 x 24", "8.00 x 10.67 x 13.33 mm", '"radiusMm"', "labelsTr/CASE.nii.gz"]) expect(card).toContain(words);
    expect(JSON.parse(text(files.get("dataset.json")!))).toMatchObject({
      labels: { "0": "background", "1": "pancreas", "2": "lesion" },
      modality: { "0": "CT" },
      numTraining: 2,
      numTest: 0,
      training: [0, 1].map((index) => ({ image: `./imagesTr/${id(index)}.nii.gz`, label: `./labelsTr/${id(index)}.nii.gz` })),
      test: [],
    });
  });

  it("gives a case the same bytes for the same seed, whatever the count", async () => {
    const many = await filesOf({ count: 3, seed: 5 });
    const one = await filesOf({ count: 1, first: 2, seed: 5 });
    const other = await filesOf({ count: 1, first: 2, seed: 6 });
    for (const folder of ["imagesTr", "labelsTr"]) {
      const path = `${folder}/${id(2)}.nii.gz`;
      expect(one.get(path)).toEqual(many.get(path));
      expect(one.get(path)).not.toEqual(other.get(path));
    }
  });

  it("keeps what it makes from release to release", async () => {
    const files = await filesOf({ count: 1, seed: "fixed" });
    const image = await readNifti(files.get(`imagesTr/${id(0)}.nii.gz`)!);
    const truth = await readNifti(files.get(`labelsTr/${id(0)}.nii.gz`)!);
    const hash = createHash("sha256").update(Int16Array.from(image.voxels)).update(Uint8Array.from(truth.voxels));
    expect(hash.digest("hex")).toBe("90fb4730a85ca0cd83e14204e8a2ffc7d895dfd7e87c3d172044702e198c4dae");
  });

  it("can be opened as a Decathlon data set, with the voxels that were made", async () => {
    const dataset = await decathlon.open(sourceOf(await filesOf({ count: 2, seed: 5 })), { cases: "training", notFinite: "error" });
    expect(dataset.cases).toEqual([0, 1].map((index) => ({ id: id(index), labelled: true })));
    const made = createPancreasCohort({ size: 24 }).case(1, createRandom(5));
    const image = await dataset.loadImage(id(1));
    expect(image.size).toEqual([24, 24, 24]);
    image.voxels.forEach((hu, at) => {
      expect(Math.abs(hu - made.image.voxels[at]!)).toBeLessThanOrEqual(0.501);
    });
    for (const [at, value] of made.image.affine.entries()) expect(image.affine[at]).toBeCloseTo(value, 4);
    expect(await dataset.loadTruth(id(1))).toMatchObject({ voxels: made.truth!.voxels });
  });

  it("puts an unlabelled cohort where the Decathlon has its unlabelled cases", async () => {
    const files = await filesOf({ count: 2, seed: 5 }, { labelled: false });
    expect([...files.keys()].filter((path) => path.includes("/"))).toEqual([0, 1].map((index) => `imagesTs/${id(index)}.nii.gz`));
    expect(text(files.get("README.md")!)).toContain("No truth was written");
    const dataset = await decathlon.open(sourceOf(files), { cases: "all", notFinite: "error" });
    expect(dataset.cases).toEqual([0, 1].map((index) => ({ id: id(index), labelled: false })));
  });
});
