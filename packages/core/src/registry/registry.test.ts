import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import { defineDataset, defineTask, type AnyPlugin, type TaskPlugin } from "../contract/plugins.js";
import type { NumericArray } from "../contract/volume.js";
import { isSsl3dError, type Ssl3dError } from "../errors.js";
import { createRegistry } from "./registry.js";

type PuzzleExample = { readonly images: NumericArray; readonly label: NumericArray };

const puzzle: TaskPlugin<"puzzle", { pieces: number }, PuzzleExample> = defineTask({
  name: "puzzle",
  summary: "Puts pieces in order",
  ranks: [2, 3],
  options: z.strictObject({ pieces: z.number().default(8) }),
  example: (volume, options): PuzzleExample => {
    const label = { data: Int32Array.of(options.pieces), shape: [1] };
    return { images: { data: volume.voxels, shape: [...volume.size, volume.channels] }, label };
  },
  build: () => {
    throw new Error("not needed here");
  },
});

function renamed(name: string): AnyPlugin {
  return { ...puzzle, name };
}

function failure(action: () => unknown): Ssl3dError {
  try {
    action();
  } catch (error) {
    if (isSsl3dError(error)) return error;
    throw error;
  }
  throw new Error("expected an Ssl3dError");
}

declare module "../registry/registry.js" {
  interface Registered {
    "task/puzzle": typeof puzzle;
  }
}

describe("createRegistry", () => {
  const folder = defineDataset({
    name: "folder",
    summary: "Files in a folder",
    ranks: [3],
    options: z.strictObject({}),
    open: () => Promise.reject(new Error("not needed here")),
  });
  const registry = createRegistry([renamed("unet10"), puzzle, renamed("unet2"), folder]);

  it("gets a plugin by kind and name", () => {
    expect(registry.get("task", "puzzle")).toBe(puzzle);
    expect(registry.has("task", "puzzle")).toBe(true);
    expect(registry.has("dataset", "puzzle")).toBe(false);
  });

  it("types registered names exactly and others by their kind", () => {
    expectTypeOf(registry.get("task", "puzzle")).toEqualTypeOf(puzzle);
    expectTypeOf(registry.get("task", "unet2")).toEqualTypeOf<TaskPlugin>();
    expectTypeOf(registry.list("task")).toEqualTypeOf<readonly TaskPlugin[]>();
    expectTypeOf(registry.list()).toEqualTypeOf<readonly AnyPlugin[]>();
    // @ts-expect-error -- there is no such kind
    expect(() => registry.get("tusk", "puzzle")).toThrow();
  });

  it("lists by kind, pattern and natural order", () => {
    expect(registry.list().map((plugin) => plugin.name)).toEqual(["folder", "puzzle", "unet2", "unet10"]);
    expect(registry.list("task", "unet*").map((plugin) => plugin.name)).toEqual(["unet2", "unet10"]);
    expect(registry.list(undefined, "unet?").map((plugin) => plugin.name)).toEqual(["unet2"]);
    expect(registry.list("dataset", "f.lder")).toEqual([]);
  });

  it("is frozen", () => {
    expect(Object.isFrozen(registry)).toBe(true);
  });

  it("answers an unknown name with the nearest ones", () => {
    const error = failure(() => registry.get("task", "puzle"));
    expect(error.code).toBe("SSL3D_PLUGIN_UNKNOWN");
    expect(error.message).toContain("puzzle, unet2, unet10");
    expect(error.fix).toBe('Did you mean "puzzle"?');
    expect(failure(() => registry.get("head", "segmentation")).message).toContain("no head is registered");
  });

  it("names both owners of a duplicate and takes the same value twice", () => {
    const error = failure(() =>
      createRegistry([
        { plugin: puzzle, owner: "@one/puzzle" },
        { plugin: renamed("puzzle"), owner: "@two/puzzle" },
      ]),
    );
    expect(error.code).toBe("SSL3D_PLUGIN_DUPLICATE");
    expect(error.message).toContain("@one/puzzle and from @two/puzzle");
    expect(createRegistry([puzzle, puzzle]).list()).toHaveLength(1);
  });

  it("refuses another contract with the side that must be updated", () => {
    const newer = failure(() => createRegistry([{ ...puzzle, contract: 2 } as unknown as AnyPlugin]));
    expect(newer.code).toBe("SSL3D_PLUGIN_CONTRACT");
    expect(newer.fix).toContain("Update @ssl3d/core");
    expect(failure(() => createRegistry([{ ...puzzle, contract: 0 } as unknown as AnyPlugin])).fix).toContain("Update the plugin");
  });

  it.each([
    [null, "not an object"],
    [{ kind: "tusk" }, 'its kind is "tusk"'],
    [{ ...puzzle, name: "Puzzle" }, 'its name is "Puzzle"'],
    [{ ...puzzle, ranks: [4] }, "its ranks are [4]"],
    [{ ...puzzle, ranks: undefined }, "its ranks are missing"],
    [{ ...puzzle, options: {} }, "Standard Schema"],
    [{ ...puzzle, build: undefined }, "no method build()"],
    [{ ...puzzle, summary: undefined }, "no summary"],
  ])("refuses what is no plugin (%#)", (value, problem) => {
    const error = failure(() => createRegistry([value as unknown as AnyPlugin]));
    expect(error.code).toBe("SSL3D_PLUGIN_MALFORMED");
    expect(error.message).toContain(problem);
    expect(error.message).toContain("entry 1");
  });
});
