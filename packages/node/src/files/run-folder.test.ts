import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFolder } from "./lock.js";
import { openRunFolder, readConfig } from "./run-folder.js";

const CONFIG = { seed: 1, workers: 1, training: { steps: 10, batchSize: 2, checkpointEvery: 0 } };
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ssl3d-run-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function open(config: object, resume: boolean): Promise<void> {
  (await openRunFolder(join(folder, "run"), config, resume)).release();
}

describe("openRunFolder", () => {
  it("starts anew where a run failed before it saved anything, and refuses where something would be lost", async () => {
    await open(CONFIG, false);
    await writeFile(join(folder, "run", "log.jsonl"), '{"type":"data"}\n');
    await open({ ...CONFIG, seed: 2 }, false);
    expect(await readConfig(join(folder, "run"))).toMatchObject({ seed: 2 });
    await expect(readFile(join(folder, "run", "log.jsonl"))).rejects.toMatchObject({ code: "ENOENT" });
    await mkdir(join(folder, "run", "checkpoints", "step-00000001"), { recursive: true });
    await expect(open(CONFIG, false)).rejects.toMatchObject({ code: "SSL3D_RUN_EXISTS" });
  });

  it("resumes with more steps and other workers, and names by its path what must not change", async () => {
    await open(CONFIG, false);
    await open({ ...CONFIG, workers: 4, training: { ...CONFIG.training, steps: 20, checkpointEvery: 5 } }, true);
    await expect(open({ ...CONFIG, training: { ...CONFIG.training, batchSize: 4 } }, true)).rejects.toMatchObject({
      code: "SSL3D_RESUME_MISMATCH",
      facts: { fields: ["training.batchSize"] },
    });
  });

  it("takes back a new run that came to nothing, and nothing else", async () => {
    const deep = join(folder, "new", "run");
    await (await openRunFolder(deep, CONFIG, false)).discard();
    expect(await readdir(folder)).toEqual([]);
    const mine = join(folder, "mine");
    await mkdir(mine);
    await writeFile(join(mine, "notes.txt"), "keep");
    await (await openRunFolder(mine, CONFIG, false)).discard();
    expect(await readdir(mine)).toEqual(["notes.txt"]);
    await open(CONFIG, false);
    await (await openRunFolder(join(folder, "run"), CONFIG, true)).discard();
    expect(await readdir(join(folder, "run"))).toEqual(["config.json"]);
  });

  it("tells a path through a file as a wrong path", async () => {
    await writeFile(join(folder, "file"), "");
    for (const path of [join(folder, "file"), join(folder, "file", "below")])
      await expect(lockFolder(path)).rejects.toMatchObject({ code: "SSL3D_WRITE_FAILED", fault: "input" });
  });

  it("says where no run is", async () => {
    await expect(readConfig(folder)).rejects.toMatchObject({ code: "SSL3D_RUN_NOT_FOUND" });
  });
});
