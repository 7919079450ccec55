import { validate, type FileSource } from "@ssl3d/core";
import { describe, expect, it } from "vitest";
import { writePng } from "../image/write-png.js";
import { createVolume } from "../volume/volume.js";
import { parseCsv } from "./csv.js";
import { imageTable } from "./image-table.js";

const picture = writePng(createVolume({ voxels: Uint8Array.from({ length: 18 }, (_, at) => at), size: [2, 3], channels: 3 }));
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

function source(files: Readonly<Record<string, Uint8Array | string>>): FileSource {
  const content = (path: string): Uint8Array => (typeof files[path] === "string" ? text(files[path]) : files[path]!);
  return { label: "the folder eyes", list: () => Promise.resolve(Object.keys(files)), read: (path) => Promise.resolve(content(path)) };
}

const open = (files: Readonly<Record<string, Uint8Array | string>>, options: object = {}) =>
  imageTable.open(source(files), validate(imageTable.options, options, "test"));

describe("image-table", () => {
  it.each([
    ["2019", "id_code,diagnosis\nb,4\na,0\n", { "train/a.png": picture, "train/b.png": picture }],
    ["2015", "image,level\r\nb,4\r\na,0\r\n", { "a.png": picture, "b.png": picture }],
    ["with endings, quotes and further columns", '\uFEFFsite,"file","label"\nx,"b.png","4"\ny,"a.png","0"', { "a.png": picture, "b.png": picture }],
  ])("reads Kaggle's layout of %s", async (_, table, files) => {
    const dataset = await open({ "labels.csv": table, ...files });
    expect(dataset.cases.map(({ id }) => id.replace(".png", ""))).toEqual(["a", "b"]);
    const [a, b] = dataset.cases.map(({ id }) => id) as [string, string];
    expect([await dataset.loadTruth(a), await dataset.loadTruth(b)]).toEqual([0, 4]);
    expect(await dataset.loadImage(a)).toMatchObject({ id: a, size: [2, 3], channels: 3 });
  });

  it("takes columns and class names of one's own, ids with dots, and rows without a class", async () => {
    const table = "who;what;finding\n1;eye.1.left;benign\n2;eye.1.right;malignant\n3;eye.2;\n";
    const files = { "t.csv": table, "eye.1.left.png": picture, "eye.1.right.png": picture, "eye.2.png": picture };
    const dataset = await open(files, { idColumn: "what", labelColumn: "finding", classes: ["benign", "malignant"] });
    expect(dataset.cases).toEqual([
      { id: "eye.1.left", labelled: true },
      { id: "eye.1.right", labelled: true },
      { id: "eye.2", labelled: false },
    ]);
    expect(await dataset.loadTruth("eye.1.right")).toBe(1);
    await expect(dataset.loadTruth("eye.2")).rejects.toMatchObject({ code: "SSL3D_DATASET_NO_TRUTH" });
  });

  it("names bad rows by line", async () => {
    const table = "id_code,diagnosis\na,0\nmissing,1\na,2\nb,severe\nb,-1\n,3\nb\n";
    const error = await open({ "t.csv": table, "a.png": picture, "b.png": picture }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "SSL3D_TABLE_ROWS",
      message: expect.stringMatching(/^6 rows of "t\.csv".*line 3 \(missing\): there is no image.*line 4 \(a\): the image has a row already.*line 5 \(b\).*"severe".*and 1 more/) as string,
    });
    const some = await open({ "t.csv": "id_code,diagnosis\na,0\nmissing,1\n", "a.png": picture }, { missingImages: "skip" });
    expect(some.cases).toEqual([{ id: "a", labelled: true }]);
  });

  it("refuses an image in two rows under two names, and a name that two images have", async () => {
    const twice = { "t.csv": "id_code,diagnosis\na,0\na.png,1\n", "a.png": picture };
    await expect(open(twice)).rejects.toMatchObject({ code: "SSL3D_TABLE_ROWS", message: expect.stringContaining("line 3 (a.png): the image has a row already") as string });
    const files = { "left/a.png": picture, "right/a.png": picture };
    const message = expect.stringMatching(/line 2 \(a\): there are several images of that name \(left\/a\.png, right\/a\.png\)/) as string;
    await expect(open({ "t.csv": "id_code,diagnosis\na,0\n", ...files })).rejects.toMatchObject({ code: "SSL3D_TABLE_ROWS", message });
    const told = await open({ "t.csv": "id_code,diagnosis\nleft/a.png,0\nright/a.png,1\n", ...files });
    expect(told.cases.map(({ id }) => id)).toEqual(["left/a.png", "right/a.png"]);
    expect(await told.loadTruth("right/a.png")).toBe(1);
  });

  it("says what is wrong with the table", async () => {
    const image = { "a.png": picture };
    const cases: readonly (readonly [Readonly<Record<string, Uint8Array | string>>, object, string, RegExp])[] = [
      [image, {}, "SSL3D_DATASET_EMPTY", /\.csv/],
      [{ ...image, "a.csv": "x", "b.csv": "y" }, {}, "SSL3D_TABLE_FORMAT", /a\.csv, b\.csv/],
      [{ ...image, "a.csv": "" }, {}, "SSL3D_TABLE_FORMAT", /empty/],
      [{ ...image, "a.csv": "name,level\na,1" }, {}, "SSL3D_TABLE_FORMAT", /image's name.*it has name, level/],
      [{ ...image, "a.csv": "image,stage\na,1" }, {}, "SSL3D_TABLE_FORMAT", /the class.*image, stage/],
      [{ ...image, "a.csv": "image,level\na,1" }, { table: "b.csv" }, "SSL3D_TABLE_FORMAT", /it is not in the folder eyes, which has a\.csv/],
    ];
    for (const [files, options, code, part] of cases)
      await expect(open(files, options)).rejects.toMatchObject({ code, message: expect.stringMatching(part) as string });
  });
});

describe("parseCsv", () => {
  it("keeps separators, quotes and line ends within quotes, and counts lines", () => {
    expect(parseCsv('a,b\n"x,1","say ""hi""\nthere"\n\n3, 4 \n')).toEqual([
      { line: 1, cells: ["a", "b"] },
      { line: 2, cells: ["x,1", 'say "hi"\nthere'] },
      { line: 5, cells: ["3", "4"] },
    ]);
  });
});
