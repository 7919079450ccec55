import { createRandom, isSsl3dError, type Volume } from "@ssl3d/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connectedComponent } from "../fields/connected-component.js";
import { createPancreasCohort, type PancreasCase } from "./pancreas-cohort.js";
import { LABEL } from "./pancreas.js";

function truthOf({ truth }: PancreasCase): Volume<Uint8Array> {
  if (truth === undefined) throw new Error("The case has no truth.");
  return truth;
}

/** Volume in ml of the voxels with one of the labels. */
function millilitres(volume: Volume<Uint8Array>, ...labels: number[]): number {
  const voxel = volume.spacing.reduce((product, mm) => product * mm, 1) / 1000;
  return volume.voxels.filter((label) => labels.includes(label)).length * voxel;
}

describe("createPancreasCohort", () => {
  it("makes one connected pancreas with body around it, whatever the seed and size", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 32, max: 48 }), (seed, size) => {
        const made = createPancreasCohort({ size, lesion: { probability: 0 } }).case(0, createRandom(seed));
        const { image } = made;
        const truth = truthOf(made);
        expect(image.voxels.every(Number.isFinite)).toBe(true);
        expect(image.size).toEqual([size, size, size]);
        const start = truth.voxels.indexOf(LABEL.pancreas);
        expect(start).toBeGreaterThan(0);
        expect(connectedComponent(truth.voxels, truth.size, start)).toEqual(truth.voxels);
        expect(millilitres(truth, LABEL.pancreas)).toBeGreaterThan(8);
        expect(millilitres(truth, LABEL.pancreas)).toBeLessThan(160);
      }),
      { numRuns: 8 },
    );
  });

  it("has the reference's volumes, and brightness alone does not find the pancreas", () => {
    const cohort = createPancreasCohort();
    const random = createRandom("statistics");
    const cases = Array.from({ length: 16 }, (_, index) => cohort.case(index, random));
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const pancreas = mean(cases.map((made) => millilitres(truthOf(made), LABEL.pancreas, LABEL.lesion)));
    expect(pancreas).toBeGreaterThan(45);
    expect(pancreas).toBeLessThan(80);
    const lesions = cases.map((made) => millilitres(truthOf(made), LABEL.lesion));
    expect(lesions.filter((ml) => ml > 0).length).toBeGreaterThan(6);
    expect(Math.max(...lesions)).toBeLessThan(30);

    // Voxels per 10 HU from -200 to 300, in the pancreas and outside.
    const inside = new Array<number>(50).fill(0);
    const outside = new Array<number>(50).fill(0);
    let foreground = 0;
    for (const { image, truth } of cases) {
      for (const [i, hu] of image.voxels.entries()) {
        const bin = Math.floor((hu + 200) / 10);
        if (truth!.voxels[i]! > 0) foreground++;
        if (bin >= 0 && bin < 50) (truth!.voxels[i]! > 0 ? inside : outside)[bin]!++;
      }
    }
    let best = 0;
    for (let low = 0; low < 50; low++) {
      let hits = 0;
      let false_ = 0;
      for (let high = low; high < 50; high++) {
        hits += inside[high]!;
        false_ += outside[high]!;
        best = Math.max(best, (2 * hits) / (hits + false_ + foreground));
      }
    }
    expect(best).toBeGreaterThan(0.03);
    expect(best).toBeLessThan(0.1);
  });

  it("has the liver on the patient's right, the spine at the back and the kidneys' cortex bright", () => {
    const { image } = createPancreasCohort({ abdomen: { bowelLoops: [0, 0] } }).case(0, createRandom(3));
    const at = (left: number, back: number, up: number): number => {
      const [dz, dy, dx] = image.spacing as [number, number, number];
      const index = [23.5 + up / dz, 23.5 - back / dy, 23.5 - left / dx].map(Math.round) as [number, number, number];
      return image.voxels[(index[0] * 48 + index[1]) * 48 + index[2]]!;
    };
    expect(at(-80, 0, 42)).toBeGreaterThan(40);
    expect(at(-80, 0, 42)).toBeLessThan(200);
    expect(Math.max(at(0, 58, 0), at(0, 58, 10), at(0, 58, 20))).toBeGreaterThan(130);
    expect(at(0, 0, 0)).toBeLessThan(250);
    expect(at(158, -126, 0)).toBeLessThan(-900);
    expect(image.affine[0]).toBeCloseTo(320 / 48, 6);
    expect(image.affine[5]).toBeCloseTo(256 / 48, 6);
    expect(image.affine[10]).toBeCloseTo(4, 6);
  });

  it("makes case 7 the same whatever was made before, and other cases differently", () => {
    const random = createRandom(11);
    const cohort = createPancreasCohort({ size: 24 });
    const sixth = cohort.case(6, random);
    const seventh = cohort.case(7, random);
    const alone = createPancreasCohort({ size: 24 }).case(7, createRandom(11));
    expect(alone).toEqual(seventh);
    expect(alone.id).toBe("synthetic-pancreas-00007");
    expect(sixth.image.voxels).not.toEqual(seventh.image.voxels);
  });

  it("leaves the truth out for pretraining and keeps the image", () => {
    const labelled = createPancreasCohort({ size: 24 }).case(1, createRandom(2));
    const unlabelled = createPancreasCohort({ size: 24, labelled: false }).case(1, createRandom(2));
    expect(unlabelled.truth).toBeUndefined();
    expect(unlabelled.image).toEqual(labelled.image);
  });

  it("shows the same pancreas at every size, in the same place of the world", () => {
    const centroid = (size: number): number[] => {
      const truth = truthOf(createPancreasCohort({ size, lesion: { probability: 0 } }).case(0, createRandom(4)));
      const sum = [0, 0, 0];
      let count = 0;
      for (const [at, label] of truth.voxels.entries()) {
        if (label === 0) continue;
        count++;
        const index = [at % size, Math.floor(at / size) % size, Math.floor(at / size / size)];
        for (let axis = 0; axis < 3; axis++) sum[axis]! += truth.affine[5 * axis]! * index[axis]! + truth.affine[4 * axis + 3]!;
      }
      return sum.map((value) => value / count);
    };
    const coarse = centroid(40);
    for (const [axis, mm] of centroid(64).entries()) expect(Math.abs(mm - coarse[axis]!)).toBeLessThan(6);
  });

  it("paints the lesions that its shares ask for", () => {
    const brightness = (lesion: object): number => {
      const request = { lesion: { probability: 1, radiusMm: [14, 14] as [number, number], ...lesion } };
      const cohort = createPancreasCohort(request);
      const values = [0, 1, 2].flatMap((index) => {
        const made = cohort.case(index, createRandom(8));
        return [...made.image.voxels].filter((_, i) => truthOf(made).voxels[i] === LABEL.lesion);
      });
      expect(values.length).toBeGreaterThan(60);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    const cyst = brightness({ cystShare: 1, neuroendocrineShare: 0 });
    const carcinoma = brightness({ cystShare: 0, neuroendocrineShare: 0 });
    const neuroendocrine = brightness({ cystShare: 0, neuroendocrineShare: 1 });
    expect(carcinoma).toBeGreaterThan(cyst + 20);
    expect(neuroendocrine).toBeGreaterThan(carcinoma + 40);
  });

  it("refuses unknown options, crossed intervals and shares above 1", () => {
    const attempt = (options: object): string => {
      try {
        createPancreasCohort(options);
      } catch (error) {
        if (isSsl3dError(error)) return error.code;
      }
      return "accepted";
    };
    expect(attempt({ sise: 32 })).toBe("SSL3D_CONFIG_UNKNOWN_KEY");
    expect(attempt({ lesion: { radiusMm: [9, 3] } })).toBe("SSL3D_CONFIG_INVALID");
    expect(attempt({ lesion: { cystShare: 0.7, neuroendocrineShare: 0.7 } })).toBe("SSL3D_CONFIG_INVALID");
    expect(attempt({ fieldOfViewMm: [160, 256, 320] })).toBe("accepted");
  });
});
