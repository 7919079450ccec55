import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeLeftovers, writeFileAtomic, writeFolderAtomic, type WriteSystem } from "./atomic.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ssl3d-atomic-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function failing(code: string): WriteSystem {
  return {
    async writeAndSync(path, data) {
      if (path.includes("full")) {
        await writeFile(path, data.slice(0, 2));
        throw Object.assign(new Error(`${code}: write`), { code });
      }
      await writeFile(path, data);
    },
    rename,
  };
}

describe("writeFileAtomic", () => {
  it("replaces a file whole", async () => {
    const path = join(folder, "sub", "a.txt");
    await writeFileAtomic(path, "one");
    await writeFileAtomic(path, new Uint8Array([116, 119, 111]));
    expect(await readFile(path, "utf8")).toBe("two");
    expect(await readdir(join(folder, "sub"))).toEqual(["a.txt"]);
  });

  it.each(["ENOSPC", "EIO"])("keeps the old file and leaves no part of the new one on %s", async (code) => {
    const path = join(folder, "full.txt");
    await writeFile(path, "old");
    await expect(writeFileAtomic(path, "new content", failing(code))).rejects.toMatchObject({
      code: "SSL3D_WRITE_FAILED",
      fault: "machine",
    });
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["full.txt"]);
  });
});

describe("writeFolderAtomic", () => {
  it("replaces a folder whole", async () => {
    const path = join(folder, "encoder");
    await writeFolderAtomic(path, { a: "1", b: "2" });
    await writeFolderAtomic(path, { a: "3" });
    expect(await readdir(path)).toEqual(["a"]);
    expect(await readFile(join(path, "a"), "utf8")).toBe("3");
    expect(await readdir(folder)).toEqual(["encoder"]);
  });

  it("keeps the old folder on a full disk", async () => {
    const path = join(folder, "encoder");
    await writeFolderAtomic(path, { a: "1" });
    await expect(writeFolderAtomic(path, { a: "2", full: "3456" }, failing("ENOSPC"))).rejects.toMatchObject({
      code: "SSL3D_WRITE_FAILED",
    });
    expect(await readFile(join(path, "a"), "utf8")).toBe("1");
    expect(await readdir(folder)).toEqual(["encoder"]);
  });
});

describe("removeLeftovers", () => {
  it("removes parts and brings back a folder that was being replaced", async () => {
    await writeFile(join(folder, ".a.txt.0123456789ab.part"), "x");
    await writeFile(join(folder, ".encoder.0123456789ab.part.old"), "the only one");
    await writeFile(join(folder, ".kept"), "x");
    await removeLeftovers(folder);
    expect((await readdir(folder)).sort()).toEqual([".kept", "encoder"]);
  });
});
