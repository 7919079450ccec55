import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRandom, type FileSource } from "@ssl3d/core";
import { beforeAll, describe, expect, it } from "vitest";
import { brats, BRATS_CONTRASTS } from "../../datasets/brats.js";
import { readNifti } from "../../nifti/read-nifti.js";
import type { CohortFile, CohortRequest } from "../cohort.js";
import { ANATOMIES, type AnatomyName } from "./anatomies.js";
import { anatomyLicence } from "./anatomy-licence.js";
import { readAnatomyPack, type AnatomyPack } from "./anatomy-pack.js";
import { STORED_STEP } from "./brain-card.js";
import { createBrainCohort } from "./brain-cohort.js";
import { brainCohortFiles } from "./brain-cohort-files.js";

const asset = (file: string): Buffer => readFileSync(new URL(`../../../assets/${file}`, import.meta.url));
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
let anatomy: AnatomyPack;

beforeAll(async () => {
  anatomy = await readAnatomyPack("colin27", asset(ANATOMIES.colin27.file));
});

async function filesOf(request: CohortRequest, options: object = {}): Promise<Map<string, CohortFile["bytes"]>> {
  const files = new Map<string, CohortFile["bytes"]>();
  const cohort = createBrainCohort({ anatomy, size: 24, ...options });
  for await (const { path, bytes } of brainCohortFiles(cohort, request)) files.set(path, bytes);
  return files;
}

function hashOf(files: Map<string, Uint8Array>): string {
  const hash = createHash("sha256");
  for (const [path, bytes] of files) hash.update(path).update(bytes);
  return hash.digest("hex");
}

describe("brainCohortFiles", () => {
  it("lays the files out as BraTS does, with card and licence", async () => {
    const files = await filesOf({ count: 2, seed: 5 });
    const parts = ["t1", "t1ce", "t2", "flair", "seg"];
    const cases = ["synthetic-colin27-00000", "synthetic-colin27-00001"];
    expect([...files.keys()]).toEqual([
      "README.md",
      "LICENSE.md",
      ...cases.flatMap((id) => parts.map((part) => `${id}/${id}_${part}.nii.gz`)),
    ]);
    const card = text(files.get("README.md")!);
    expect(card.split("\n", 1)[0]).toContain("SYNTHETIC");
    for (const words of ["seed 5", "Holmes", "24 x 24 x 24", '"coreRadiusMm"', "CASE_seg.nii.gz"])
      expect(card).toContain(words);
    expect(text(files.get("LICENSE.md")!)).toContain("McConnell Brain Imaging Centre");
  });

  it("gives the same bytes for the same seed, and other bytes for another", async () => {
    const first = hashOf(await filesOf({ count: 2, seed: 5 }));
    expect(hashOf(await filesOf({ count: 2, seed: 5 }))).toBe(first);
    expect(hashOf(await filesOf({ count: 2, seed: 6 }))).not.toBe(first);
  });

  it("gives a case the same bytes whatever the count", async () => {
    const many = await filesOf({ count: 3, seed: 5 });
    const one = await filesOf({ count: 1, first: 2, seed: 5 });
    const cases = [...one.keys()].filter((path) => path.includes("/"));
    expect(cases).toHaveLength(5);
    for (const path of cases) expect(one.get(path)).toEqual(many.get(path));
  });

  it("keeps what it makes from release to release", async () => {
    const hash = createHash("sha256");
    for (const [path, bytes] of await filesOf({ count: 1, seed: "fixed" })) {
      if (!path.includes("/")) continue;
      const { voxels } = await readNifti(bytes);
      hash.update(Int16Array.from(voxels, (value) => value * 256));
    }
    expect(hash.digest("hex")).toBe("78c8bf91f5e41e2eabf4412ac0ccd9f5b3fcc98d3c2082ac34c23995f751088b");
  });

  it("stores the image to within half a step and the truth exactly, in the same place of the world", async () => {
    const files = await filesOf({ count: 1, seed: 9 });
    const { id, image, truth } = createBrainCohort({ anatomy, size: 24 }).case(0, createRandom(9));
    const flair = await readNifti(files.get(`${id}/${id}_flair.nii.gz`)!);
    for (let i = 0; i < flair.voxels.length; i++) {
      expect(Math.abs(flair.voxels[i]! - image.voxels[4 * i + 3]!)).toBeLessThanOrEqual(STORED_STEP / 2 + 1e-6);
    }
    const seg = await readNifti(files.get(`${id}/${id}_seg.nii.gz`)!);
    expect(seg.voxels).toEqual(truth!.voxels);
    for (const volume of [flair, seg]) {
      for (const [at, value] of image.affine.entries()) expect(volume.affine[at]).toBeCloseTo(value, 4);
    }
  });

  it("can be opened as a BraTS data set", async () => {
    const files = await filesOf({ count: 2, seed: 5 });
    const source: FileSource = {
      label: "memory",
      list: () => Promise.resolve([...files.keys()]),
      read: (path) => Promise.resolve(files.get(path)!),
    };
    const dataset = await brats.open(source, { contrasts: [...BRATS_CONTRASTS], notFinite: "error" });
    expect(dataset.cases).toEqual([
      { id: "synthetic-colin27-00000", labelled: true },
      { id: "synthetic-colin27-00001", labelled: true },
    ]);
    const { image, truth } = createBrainCohort({ anatomy, size: 24 }).case(1, createRandom(5));
    const read = await dataset.loadImage("synthetic-colin27-00001");
    expect(read.channels).toBe(4);
    for (let at = 0; at < 400; at++) expect(read.voxels[at * 137]).toBeCloseTo(image.voxels[at * 137]!, 2);
    expect(await dataset.loadTruth("synthetic-colin27-00001")).toMatchObject({ voxels: truth!.voxels });
  });

  it("writes no truth for an unlabelled cohort and says so", async () => {
    const files = await filesOf({ count: 1, seed: 5 }, { labelled: false });
    expect([...files.keys()].some((path) => path.includes("_seg"))).toBe(false);
    expect(text(files.get("README.md")!)).toContain("No truth was written");
  });
});

describe("anatomyLicence", () => {
  it.each(Object.keys(ANATOMIES) as AnatomyName[])("is the file beside the anatomy of %s", (name) => {
    expect(asset(`${name}.LICENSE.md`).toString()).toBe(anatomyLicence(name));
  });
});
