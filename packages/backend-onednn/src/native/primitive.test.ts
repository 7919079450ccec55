import { describe, expect, it } from "vitest";
import { hasLibrary } from "../test-support.js";
import { BlockPool } from "./blocks.js";
import { ARGUMENT, QUERY } from "./constants.js";
import { NULL, type Library, type Pointer } from "./library.js";
import { openPlatform } from "./platform.js";
import { Primitive } from "./primitive.js";

const [ENGINE, STREAM, DESCRIPTOR] = [1n, 2n, 3n];
const LAYOUTS = new Map<number, Pointer>([[ARGUMENT.source, 10n], [ARGUMENT.destination, 11n]]);

/** A library that makes objects of numbers and notes which of them are left. */
function madeUp(create: () => Pointer | undefined): { readonly library: Library; readonly alive: Set<Pointer> } {
  const alive = new Set<Pointer>([DESCRIPTOR]);
  let next = 100n;
  const keep = (object: Pointer | undefined): Pointer | undefined => {
    if (object !== undefined) alive.add(object);
    return object;
  };
  const library: Library = {
    version: { major: 3, minor: 2, patch: 0 },
    instructionSet: 0,
    platform: openPlatform(),
    setThreads: undefined,
    make: (name) => keep(name === "dnnl_primitive_create" ? create() : next++),
    call: (name, object) => {
      if (name.endsWith("_destroy")) expect(alive.delete(object as Pointer), name).toBe(true);
    },
    memoryOf: (_, query, index) => (query === QUERY.scratchpad ? NULL : (LAYOUTS.get(index) ?? NULL)),
    sizeOf: () => 64,
    sameLayout: () => false,
    implementationOf: () => "made up",
  };
  return { library, alive };
}

describe.skipIf(!hasLibrary)("Primitive", () => {
  it("leaves no descriptor behind where the library cannot compile it", () => {
    const none = madeUp(() => undefined);
    expect(Primitive.compile(none.library, ENGINE, "sum", DESCRIPTOR)).toBeUndefined();
    expect(none.alive.size).toBe(0);
    const failing = madeUp(() => {
      throw new Error("out of memory");
    });
    expect(() => Primitive.compile(failing.library, ENGINE, "sum", DESCRIPTOR)).toThrow("out of memory");
    expect(failing.alive.size).toBe(0);
  });

  it("refuses memories that it has no argument for, leaves nothing behind and runs on with the right ones", () => {
    const { library, alive } = madeUp(() => 50n);
    const pool = new BlockPool(library.platform);
    const primitive = Primitive.compile(library, ENGINE, "sum", DESCRIPTOR)!;
    const [from, to] = [pool.allocate(64), pool.allocate(64)];
    for (let time = 0; time < 2; time++) {
      expect(() => primitive.run(STREAM, [[ARGUMENT.source, from], [ARGUMENT.bias, to]])).toThrow("no argument");
      expect([...alive]).toEqual([DESCRIPTOR, 50n]);
    }
    primitive.run(STREAM, [[ARGUMENT.source, from], [ARGUMENT.destination, to]]);
    expect(alive.size).toBe(4);
    expect(() => primitive.run(STREAM, [[ARGUMENT.destination, to], [ARGUMENT.source, from]])).toThrow("in place of");
    primitive.dispose();
    expect(alive.size).toBe(0);
    expect(() => primitive.run(STREAM, [])).toThrow("disposed");
    pool.dispose();
  });
});
