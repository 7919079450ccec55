import type { Dataset, FileSource, Volume } from "@ssl3d/core";
import { validate } from "@ssl3d/core";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { writeNifti } from "../nifti/write-nifti.js";
import { writeNpy } from "../npy/write-npy.js";
import { createVolume } from "../volume/volume.js";
import { brats } from "./brats.js";
import { decathlon } from "./decathlon.js";
import { imageFolder } from "./image-folder.js";
import { niftiFolder } from "./nifti-folder.js";
import { npyFolder } from "./npy-folder.js";

const affine = [-1, 0, 0, 9, 0, 1, 0, -4, 0, 0, 2, 5, 0, 0, 0, 1];
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

function scan(value: number, changes: Partial<Volume> = {}): Promise<Uint8Array> {
  const size = changes.size ?? [2, 3, 4];
  const voxels = new Int16Array(size.reduce((a, b) => a * b, 1)).fill(value);
  return writeNifti(createVolume({ voxels, size, affine, ...changes }));
}

function source(files: Record<string, Uint8Array>): FileSource {
  return {
    label: "the folder cohort",
    list: () => Promise.resolve(Object.keys(files)),
    read: (path) => Promise.resolve(files[path]!),
  };
}

const ids = (dataset: Dataset): string[] => dataset.cases.map(({ id }) => id);
const options = (plugin: typeof niftiFolder, value: object = {}): ReturnType<typeof validate<never>> => validate(plugin.options, value, "test") as never;

describe("nifti-folder", () => {
  it("lists cases sorted by id whatever the order of the files, without hidden ones", async () => {
    const files = source({ "b.nii.gz": await scan(2), "sub/a.nii": await scan(3), "B.nii.gz": await scan(1), "._b.nii.gz": text("x"), "notes.txt": text("x") });
    const dataset = await niftiFolder.open(files, options(niftiFolder));
    expect(ids(dataset)).toEqual(["B", "b", "sub/a"]);
    const image = await dataset.loadImage("sub/a");
    expect(image).toMatchObject({ id: "sub/a", size: [2, 3, 4], affine });
    await expect(dataset.loadTruth("b")).rejects.toMatchObject({ code: "SSL3D_DATASET_NO_TRUTH" });
    await expect(dataset.loadImage("c")).rejects.toMatchObject({ code: "SSL3D_DATASET_CASE" });
  });

  it.each([
    ["labels in a folder", { labels: "masks" }, "images/a.nii.gz", "masks/images/a.nii.gz"],
    ["labels in a folder beside the images' folder", { images: "./images/", labels: "masks" }, "images/a.nii.gz", "masks/a.nii"],
    ["labels by suffix", { labelSuffix: "_seg" }, "a.nii.gz", "a_seg.nii.gz"],
    ["labels in a folder with a suffix", { images: "images", labels: "masks", labelSuffix: "-mask" }, "images/a.nii.gz", "masks/a-mask.nii.gz"],
  ])("finds %s", async (_, value, image, label) => {
    const dataset = await niftiFolder.open(source({ [image]: await scan(5), [label]: await scan(1) }), options(niftiFolder, value));
    expect(dataset.cases.map(({ labelled }) => labelled)).toEqual([true]);
    expect(((await dataset.loadTruth(ids(dataset)[0]!)) as Volume).voxels).toEqual(new Uint8Array(24).fill(1));
  });

  it("refuses labels that do not lie over their image or are none", async () => {
    const shifted = affine.map((value, at) => (at === 3 ? value + 1 : value));
    const bad = [
      ["SSL3D_DATASET_GRID", await scan(1, { size: [2, 3, 5] })],
      ["SSL3D_DATASET_GRID", await scan(1, { affine: shifted })],
      ["SSL3D_DATASET_GRID", await scan(1, { voxels: new Uint8Array(48), channels: 2 })],
      ["SSL3D_DATASET_LABELS", await scan(1, { voxels: new Float32Array(24).fill(0.5) })],
      ["SSL3D_NIFTI_MAGIC", text("not an image at all, whatever its name says")],
    ] as const;
    for (const [code, label] of bad) {
      const dataset = await niftiFolder.open(source({ "a.nii.gz": await scan(1), "a_seg.nii.gz": label }), options(niftiFolder, { labelSuffix: "_seg" }));
      await expect(dataset.loadTruth("a")).rejects.toMatchObject({ code, message: expect.stringContaining("a_seg.nii.gz") as string });
    }
    const nearly = await scan(1, { affine: affine.map((value) => value * (1 + 1e-6)), voxels: new Float32Array(24).fill(3.00001) });
    const dataset = await niftiFolder.open(source({ "a.nii.gz": await scan(1), "a_seg.nii.gz": nearly }), options(niftiFolder, { labelSuffix: "_seg" }));
    expect(((await dataset.loadTruth("a")) as Volume).voxels[0]).toBe(3);
  });

  it("refuses NaN voxels with their place and count, or reads them as 0", async () => {
    const voxels = Float32Array.from({ length: 24 }, (_, at) => (at === 17 || at === 20 ? NaN : at));
    const files = source({ "a.nii.gz": await scan(0, { voxels }) });
    const strict = await niftiFolder.open(files, options(niftiFolder));
    await expect(strict.loadImage("a")).rejects.toMatchObject({
      code: "SSL3D_VOLUME_NOT_FINITE",
      message: expect.stringMatching(/2 values .* \[1, 1, 1, 0\]/) as string,
    });
    const lenient = await niftiFolder.open(files, options(niftiFolder, { notFinite: "zero" }));
    expect((await lenient.loadImage("a")).voxels[17]).toBe(0);
  });

  it("does not take a folder of labels for images", async () => {
    const files = source({ "a.nii": await scan(1), "labelsTr/a.nii": await scan(1) });
    await expect(niftiFolder.open(files, options(niftiFolder))).rejects.toMatchObject({ code: "SSL3D_DATASET_LABELS_AMONG_IMAGES" });
    const labelled = await niftiFolder.open(files, options(niftiFolder, { labels: "labelsTr" }));
    expect(labelled.cases).toEqual([{ id: "a", labelled: true }]);
  });

  it("says what it looked for in an empty folder, and refuses twins and orphans", async () => {
    await expect(niftiFolder.open(source({}), options(niftiFolder))).rejects.toMatchObject({
      code: "SSL3D_DATASET_EMPTY",
      message: expect.stringMatching(/the folder cohort.*\*\.nii\.gz.*no files/) as string,
    });
    await expect(niftiFolder.open(source({ "a.nii": await scan(1), "a.nii.gz": await scan(1) }), options(niftiFolder))).rejects.toMatchObject({
      code: "SSL3D_DATASET_DUPLICATE",
    });
    await expect(
      niftiFolder.open(source({ "a.nii": await scan(1), "b_seg.nii": await scan(1) }), options(niftiFolder, { labelSuffix: "_seg" })),
    ).rejects.toMatchObject({ code: "SSL3D_DATASET_INCOMPLETE" });
  });
});

describe("brats", () => {
  const defaults = validate(brats.options, {}, "test");

  it("stacks t1, t1ce, t2, flair and reads label 4 as 3, in both namings", async () => {
    const label = createVolume({ voxels: Uint8Array.from({ length: 24 }, (_, at) => [0, 1, 2, 4][at % 4]!), size: [2, 3, 4], affine });
    const files = source({
      "HGG/Brats_7/Brats_7_flair.nii.gz": await scan(4), "HGG/Brats_7/Brats_7_t1.nii.gz": await scan(1),
      "HGG/Brats_7/Brats_7_t2.nii.gz": await scan(3), "HGG/Brats_7/Brats_7_t1ce.nii.gz": await scan(2),
      "HGG/Brats_7/Brats_7_seg.nii.gz": await writeNifti(label),
      "BraTS-GLI-00001-000/BraTS-GLI-00001-000-t1n.nii.gz": await scan(10), "BraTS-GLI-00001-000/BraTS-GLI-00001-000-t1c.nii.gz": await scan(20),
      "BraTS-GLI-00001-000/BraTS-GLI-00001-000-t2w.nii.gz": await scan(30), "BraTS-GLI-00001-000/BraTS-GLI-00001-000-t2f.nii.gz": await scan(40),
      "name_mapping.csv": text("x"),
    });
    const dataset = await brats.open(files, defaults);
    expect(dataset.cases).toEqual([{ id: "BraTS-GLI-00001-000", labelled: false }, { id: "Brats_7", labelled: true }]);
    const image = await dataset.loadImage("Brats_7");
    expect(image).toMatchObject({ id: "Brats_7", channels: 4, size: [2, 3, 4], affine });
    expect([...image.voxels.slice(0, 8)]).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
    expect([...(await dataset.loadImage("BraTS-GLI-00001-000")).voxels.slice(0, 4)]).toEqual([10, 20, 30, 40]);
    expect([...((await dataset.loadTruth("Brats_7")) as Volume).voxels.slice(0, 4)]).toEqual([0, 1, 2, 3]);
    const two = await brats.open(files, validate(brats.options, { contrasts: ["flair", "t1"] }, "test"));
    expect([...(await two.loadImage("Brats_7")).voxels.slice(0, 2)]).toEqual([4, 1]);
  });

  it("names the contrast that a case lacks or that lies elsewhere", async () => {
    await expect(brats.open(source({ "c/c_t1.nii.gz": await scan(1) }), defaults)).rejects.toMatchObject({
      code: "SSL3D_DATASET_INCOMPLETE",
      message: expect.stringContaining("t1ce") as string,
    });
    const files = source({ "c/c_t1.nii.gz": await scan(1), "c/c_t2.nii.gz": await scan(1, { size: [2, 3, 5] }) });
    const dataset = await brats.open(files, validate(brats.options, { contrasts: ["t1", "t2"] }, "test"));
    await expect(dataset.loadImage("c")).rejects.toMatchObject({ code: "SSL3D_DATASET_GRID", message: expect.stringContaining("c_t2") as string });
    await expect(brats.open(source({ "c_t1.nii.gz": await scan(1) }), defaults)).rejects.toMatchObject({ code: "SSL3D_DATASET_EMPTY" });
  });
});

describe("decathlon", () => {
  const json = (value: unknown): Uint8Array => text(JSON.stringify(value));
  const description = { name: "Pancreas", training: [{ image: "./imagesTr/p_2.nii.gz", label: "./labelsTr/p_2.nii.gz" }], test: ["./imagesTs/p_1.nii.gz"] };

  it("reads the cases that dataset.json lists", async () => {
    const files = source({ "dataset.json": json(description), "imagesTr/p_2.nii.gz": await scan(7), "labelsTr/p_2.nii.gz": await scan(2), "imagesTs/p_1.nii.gz": await scan(8), "imagesTr/._p_2.nii.gz": text("x") });
    const training = await decathlon.open(files, validate(decathlon.options, {}, "test"));
    expect(training.cases).toEqual([{ id: "p_2", labelled: true }]);
    expect(((await training.loadTruth("p_2")) as Volume).voxels[0]).toBe(2);
    const all = await decathlon.open(files, validate(decathlon.options, { cases: "all" }, "test"));
    expect(all.cases).toEqual([{ id: "p_1", labelled: false }, { id: "p_2", labelled: true }]);
    expect((await all.loadImage("p_1")).voxels[0]).toBe(8);
  });

  it.each<[string, Record<string, Uint8Array>]>([
    ["SSL3D_DATASET_EMPTY", { "imagesTr/a.nii.gz": text("x") }],
    ["SSL3D_DATASET_EMPTY", { "dataset.json": json({ training: [] }) }],
    ["SSL3D_DATASET_DESCRIPTION", { "dataset.json": text("{") }],
    ["SSL3D_DATASET_DESCRIPTION", { "dataset.json": json({ training: "all" }) }],
    ["SSL3D_DATASET_DESCRIPTION", { "dataset.json": json(description) }],
  ])("%s", async (code, files) => {
    await expect(decathlon.open(source(files), validate(decathlon.options, {}, "test"))).rejects.toMatchObject({ code });
  });
});

describe("npy-folder and image-folder", () => {
  it("reads arrays with and without channels", async () => {
    const data = Float32Array.from({ length: 24 }, (_, at) => at);
    const files = source({ "a.npy": writeNpy({ data, shape: [2, 3, 4] }), "b.npy": writeNpy({ data, shape: [2, 3, 2, 2] }), "c.npy": writeNpy({ data, shape: [24] }) });
    const dataset = await npyFolder.open(files, validate(npyFolder.options, { spacing: [3, 2, 1] }, "test"));
    expect(await dataset.loadImage("a")).toMatchObject({ size: [2, 3, 4], channels: 1, spacing: [3, 2, 1] });
    expect(await dataset.loadImage("b")).toMatchObject({ size: [2, 3, 2], channels: 2 });
    await expect(dataset.loadImage("c")).rejects.toMatchObject({ code: "SSL3D_NPY_SHAPE" });
    const flat = await npyFolder.open(files, validate(npyFolder.options, { rank: 2 }, "test"));
    expect(await flat.loadImage("a")).toMatchObject({ size: [2, 3], channels: 4 });
  });

  it("reads pictures and their masks", async () => {
    const fixture = (name: string): Uint8Array => readFileSync(new URL(`../../testdata/${name}`, import.meta.url));
    const files = source({ "eye.jpg": fixture("fundus.jpg"), "eye_mask.png": fixture("bits.png"), "other.png": fixture("lesions.png") });
    const dataset = await imageFolder.open(files, validate(imageFolder.options, { labelSuffix: "_mask" }, "test"));
    expect(dataset.cases).toEqual([{ id: "eye", labelled: true }, { id: "other", labelled: false }]);
    expect(await dataset.loadImage("eye")).toMatchObject({ size: [32, 48], channels: 3 });
    expect(await dataset.loadTruth("eye")).toMatchObject({ size: [32, 48], channels: 1 });
  });
});
