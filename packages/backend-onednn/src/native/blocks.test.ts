import { describe, expect, it, vi } from "vitest";
import { hasLibrary } from "../test-support.js";
import { BlockPool, isNative } from "./blocks.js";
import { openPlatform } from "./platform.js";

const MIB = 2 ** 20;

describe.skipIf(!hasLibrary)("BlockPool", () => {
  it("gives released memory to the next block of about its size, and keeps count", () => {
    const pool = new BlockPool(openPlatform());
    const first = pool.allocate(10_000);
    const { address } = first;
    expect(first.bytes).toBe(10_000);
    expect(pool.used.now).toBeGreaterThanOrEqual(10_000);
    pool.release(first);
    expect(pool.used.now).toBe(0);
    const second = pool.allocate(11_000);
    expect(second.address).toBe(address);
    expect(pool.allocate(11_000).address).not.toBe(address);
    expect(pool.used.peak).toBe(pool.used.now);
  });

  it("refuses a block that was released, even where its memory serves another", () => {
    const pool = new BlockPool(openPlatform());
    const block = pool.allocate(4096);
    pool.release(block);
    const successor = pool.allocate(4096);
    const released = expect.objectContaining({ code: "SSL3D_ONEDNN_RELEASED" }) as Error;
    expect(() => block.address).toThrow(released);
    expect(() => block.buffer).toThrow(released);
    expect(() => pool.release(block)).toThrow(released);
    expect(successor.buffer.byteLength).toBeGreaterThanOrEqual(4096);
  });

  it("shows memory at the same address again after it went back to the system", () => {
    const pool = new BlockPool(openPlatform());
    const seen = new Set<bigint>();
    let again = 0;
    for (let round = 0; round < 2000; round++) {
      const block = pool.allocate(65_536);
      if (seen.has(block.address)) again++;
      seen.add(block.address);
      const values = new Float32Array(block.buffer, 0, 16_384).fill(round);
      expect(isNative(values)).toBe(true);
      expect(values[16_383]).toBe(round);
      pool.release(block);
      pool.trim();
    }
    expect(again).toBeGreaterThan(0);
  });

  it("says so where there is no memory left, and goes on when there is", () => {
    const exhausted = expect.objectContaining({ code: "SSL3D_ONEDNN_MEMORY" }) as Error;
    expect(() => new BlockPool(openPlatform()).allocate(2 ** 50)).toThrow(exhausted);
    const pool = new BlockPool(openPlatform(), () => 100 * MIB);
    expect(() => pool.allocate(40 * MIB)).toThrow(exhausted);
    expect(pool.allocate(20 * MIB).bytes).toBe(20 * MIB);
    expect(pool.used.now).toBe(20 * MIB);
  });

  it("gives free memory back before it says that there is none", () => {
    const available = vi.fn(() => 1000 * MIB);
    const pool = new BlockPool(openPlatform(), available);
    const blocks = [1, 2, 3].map(() => pool.allocate(8 * MIB));
    for (const block of blocks) pool.release(block);
    // 20 MiB are left once the 24 MiB of free blocks are given back
    available.mockClear().mockReturnValueOnce(70 * MIB).mockReturnValueOnce(94 * MIB);
    expect(pool.allocate(20 * MIB).bytes).toBe(20 * MIB);
    expect(available).toHaveBeenCalledTimes(2);
  });
});
