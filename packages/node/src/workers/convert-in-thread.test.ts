import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { convertInThread } from "./convert-in-thread.js";

const request = async (): Promise<Parameters<typeof convertInThread>[0]> => ({
  bytes: new Uint8Array(await readFile(resolve("tests/golden/checkpoints/enc3d_nobn_nodrop.hdf5"))),
  label: "a.hdf5",
  options: {},
});

describe("convertInThread", () => {
  it("brings back what the thread converted", async () => {
    const { report, files } = await convertInThread(await request());
    expect(report.tensors).toHaveLength(8);
    expect(Object.keys(files)).toContain("weights.safetensors");
  });

  it("stops a conversion that does not end", async () => {
    await expect(convertInThread(await request(), 1)).rejects.toMatchObject({ code: "SSL3D_CONVERSION_ENDLESS" });
  });
});
