import { createRandom, isSsl3dError } from "@ssl3d/core";
import { env } from "@tensorflow/tfjs-core";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { convertKeras } from "./convert-keras.js";

let checkpoint = new Uint8Array();
beforeAll(async () => {
  env().set("IS_TEST", true);
  checkpoint = new Uint8Array(await readFile(resolve("tests/golden/checkpoints/enc3d_nobn_nodrop.hdf5")));
});

describe("convertKeras", () => {
  it("gives the same bytes for the same file", async () => {
    const [first, second] = await Promise.all([convertKeras(checkpoint.slice(), "a.hdf5"), convertKeras(checkpoint.slice(), "a.hdf5")]);
    expect(second.files).toEqual(first.files);
    expect(first.report.warnings).toEqual(["The optimizer's state was not read."]);
  });

  it("converts or refuses with a code whatever is done to the file, and stays usable", async () => {
    const random = createRandom("damage");
    let refused = 0;
    for (let trial = 0; trial < 400; trial++) {
      try {
        await convertKeras(damaged(checkpoint, trial, random.split(trial)), "damaged.hdf5");
      } catch (error) {
        if (!isSsl3dError(error)) throw error;
        expect(error.message.length).toBeLessThan(900);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
    expect((await convertKeras(checkpoint.slice(), "a.hdf5")).report.tensors).toHaveLength(8);
  });
});

/** The file cut off, or with some of its bytes changed: near its beginning, where the structure is, or anywhere. */
function damaged(file: Uint8Array, trial: number, random: ReturnType<typeof createRandom>): Uint8Array {
  if (trial % 4 === 0) return file.slice(0, random.integer(0, file.length));
  const bytes = file.slice();
  for (let changes = trial % 4 === 1 ? 1 : random.integer(1, 20); changes > 0; changes--) {
    bytes[random.integer(0, trial % 4 === 2 ? 4096 : bytes.length)] = random.integer(0, 256);
  }
  return bytes;
}
