import { readFileSync } from "node:fs";
import { createRandom, isSsl3dError, type Volume } from "@ssl3d/core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { connectedComponent } from "../fields/connected-component.js";
import { ANATOMIES, type AnatomyName } from "./anatomies.js";
import { readAnatomyPack, type AnatomyPack } from "./anatomy-pack.js";
import { createBrainCohort, type BrainCase } from "./brain-cohort.js";
import { LABEL } from "./tumour.js";

const packs = {} as Record<AnatomyName, AnatomyPack>;

beforeAll(async () => {
  for (const name of Object.keys(ANATOMIES) as AnatomyName[]) {
    packs[name] = await readAnatomyPack(
      name,
      readFileSync(new URL(`../../../assets/${ANATOMIES[name].file}`, import.meta.url)),
    );
  }
});

function truthOf({ truth }: BrainCase): Volume<Uint8Array> {
  if (truth === undefined) throw new Error("The case has no truth.");
  return truth;
}

describe("createBrainCohort", () => {
  it("makes a connected tumour of nested regions within the brain, whatever the seed", () => {
    const seen = new Set<number>();
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 24, max: 32 }),
        fc.constantFrom<AnatomyName>("colin27", "icbm152"),
        (seed, size, name) => {
          const { image, truth } = createBrainCohort({ anatomy: packs[name], size }).case(0, createRandom(seed));
          const labels = truth!.voxels;
          const mask = labels.map((label) => (label > 0 ? 1 : 0));
          const start = mask.indexOf(1);
          let core = 0;
          let outside = 0;
          for (let i = 0; i < labels.length; i++) {
            seen.add(labels[i]!);
            if (labels[i] === LABEL.necrosis || labels[i] === LABEL.enhancing) core++;
            const background = image.voxels.subarray(4 * i, 4 * i + 4).every((value) => value === 0);
            if (background && labels[i] !== LABEL.background) outside++;
          }
          expect(outside).toBe(0);
          expect(core).toBeGreaterThan(0);
          const connected = connectedComponent(mask, image.size, start);
          expect(connected.every((value, at) => value === mask[at])).toBe(true);
          expect(image.voxels.every(Number.isFinite)).toBe(true);
        },
      ),
      { numRuns: 12 },
    );
    expect([...seen].sort()).toEqual([0, 1, 2, 3]);
  });

  it("scales each contrast to mean 0 and deviation 1 in the brain and has background around it", () => {
    const { image } = createBrainCohort({ anatomy: packs.colin27, size: 32 }).case(3, createRandom("z"));
    for (let channel = 0; channel < 4; channel++) {
      const inside = [...image.voxels.filter((_, at) => at % 4 === channel)].filter((value) => value !== 0);
      const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length;
      const variance = inside.reduce((sum, value) => sum + (value - mean) ** 2, 0) / inside.length;
      expect(mean).toBeCloseTo(0, 4);
      expect(variance).toBeCloseTo(1, 3);
      const millilitres = (inside.length * 5.8 ** 3) / 1000;
      expect(millilitres).toBeGreaterThan(1200);
      expect(millilitres).toBeLessThan(2400);
    }
    expect(image.voxels.subarray(0, 4)).toEqual(new Float32Array(4));
  });

  it("shows the regions as the recipe has them: ring bright after contrast agent, oedema bright in FLAIR, fluid dark", () => {
    const cohort = createBrainCohort({ anatomy: packs.colin27, size: 32, tumour: { highGradeProbability: 1 } });
    const sums = [0, 1, 2, 3].map(() => [0, 0, 0, 0]);
    const counts = [0, 0, 0, 0];
    for (let index = 0; index < 6; index++) {
      const made = cohort.case(index, createRandom("contrast"));
      for (const [i, label] of truthOf(made).voxels.entries()) {
        counts[label]!++;
        for (let channel = 0; channel < 4; channel++) sums[label]![channel]! += made.image.voxels[4 * i + channel]!;
      }
    }
    const mean = (label: number, channel: number): number => sums[label]![channel]! / counts[label]!;
    const [t1, t1ce, t2, flair] = [0, 1, 2, 3] as const;
    expect(mean(LABEL.enhancing, t1ce)).toBeGreaterThan(mean(LABEL.oedema, t1ce) + 1);
    expect(mean(LABEL.necrosis, t1)).toBeLessThan(mean(LABEL.oedema, t1));
    expect(mean(LABEL.necrosis, t1ce)).toBeLessThan(mean(LABEL.enhancing, t1ce) - 1);
    expect(mean(LABEL.oedema, flair)).toBeGreaterThan(mean(LABEL.necrosis, flair) + 0.5);
    expect(mean(LABEL.oedema, t2)).toBeGreaterThan(0.5);
  });

  it("makes case 7 the same whatever was made before, and other cases differently", () => {
    const random = createRandom(11);
    const cohort = createBrainCohort({ anatomy: packs.colin27, size: 24 });
    const sixth = cohort.case(6, random);
    const seventh = cohort.case(7, random);
    const alone = createBrainCohort({ anatomy: packs.colin27, size: 24 }).case(7, createRandom(11));
    expect(alone).toEqual(seventh);
    expect(alone.id).toBe("synthetic-colin27-00007");
    expect(sixth.image.voxels).not.toEqual(seventh.image.voxels);
  });

  it("leaves the truth out for pretraining and keeps the image", () => {
    const labelled = createBrainCohort({ anatomy: packs.icbm152, size: 24 }).case(1, createRandom(2));
    const unlabelled = createBrainCohort({ anatomy: packs.icbm152, size: 24, labelled: false }).case(
      1,
      createRandom(2),
    );
    expect(unlabelled.truth).toBeUndefined();
    expect(unlabelled.image).toEqual(labelled.image);
  });

  it("shows the same head and tumour at every size, in the same place of the world", () => {
    const centroid = (size: number): number[] => {
      const truth = truthOf(createBrainCohort({ anatomy: packs.colin27, size }).case(0, createRandom(4)));
      expect(truth.affine[0]! * size).toBeCloseTo(185.6, 6);
      const sum = [0, 0, 0];
      let count = 0;
      for (const [at, label] of truth.voxels.entries()) {
        if (label === 0) continue;
        count++;
        const index = [at % size, Math.floor(at / size) % size, Math.floor(at / size / size)];
        for (let axis = 0; axis < 3; axis++)
          sum[axis]! += truth.affine[5 * axis]! * index[axis]! + truth.affine[4 * axis + 3]!;
      }
      return sum.map((value) => value / count);
    };
    const coarse = centroid(32);
    for (const [axis, mm] of centroid(40).entries()) expect(Math.abs(mm - coarse[axis]!)).toBeLessThan(4);
  });

  it("refuses unknown options with the nearest known one, and crossed intervals", () => {
    const attempt = (options: object): string => {
      try {
        createBrainCohort({ anatomy: packs.colin27, ...options });
      } catch (error) {
        if (isSsl3dError(error)) return `${error.code} ${error.message} ${error.fix}`;
      }
      return "accepted";
    };
    expect(attempt({ sise: 32 })).toContain('"size"');
    expect(attempt({ tumour: { coreRadiusMm: [9, 3] } })).toContain("SSL3D_CONFIG_INVALID");
    expect(attempt({ size: 8 })).toContain('"size"');
    expect(attempt({ tumour: { coreRadiusMm: [3, 9] } })).toBe("accepted");
  });
});

describe("readAnatomyPack", () => {
  it("gives tissue shares that sum to at most 1 and a texture that averages out", () => {
    for (const pack of Object.values(packs)) {
      expect(pack.size).toEqual([96, 96, 88]);
      expect(pack.spacing).toEqual([2, 2, 2]);
      let brain = 0;
      let texture = 0;
      let highest = 0;
      for (let at = 0; at < pack.values.length; at += 4) {
        const share = pack.values[at]! + pack.values[at + 1]! + pack.values[at + 2]!;
        highest = Math.max(highest, share);
        if (share > 0.5) {
          brain++;
          texture += pack.values[at + 3]!;
        }
      }
      expect(highest).toBeLessThan(1.02);
      expect((brain * 8) / 1000).toBeGreaterThan(1500);
      expect(Math.abs(texture / brain)).toBeLessThan(0.1);
    }
  });

  it("refuses other volumes", async () => {
    const { createVolume } = await import("../../volume/volume.js");
    const { writeNifti } = await import("../../nifti/write-nifti.js");
    const other = await writeNifti(createVolume({ voxels: new Uint8Array(8), size: [2, 2, 2] }));
    await expect(readAnatomyPack("colin27", other)).rejects.toMatchObject({ code: "SSL3D_COHORT_ANATOMY" });
  });
});
