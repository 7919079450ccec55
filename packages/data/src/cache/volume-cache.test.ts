import { describe, expect, it } from "vitest";
import { createVolume } from "../volume/volume.js";
import { createVolumeCache } from "./volume-cache.js";

const volume = (bytes: number): ReturnType<typeof createVolume<Uint8Array>> => createVolume({ voxels: new Uint8Array(bytes), size: [1, bytes] });

describe("createVolumeCache", () => {
  it("drops what was used least recently and never holds more than its limit", async () => {
    const cache = createVolumeCache({ maximumBytes: 100 });
    const loads: string[] = [];
    const get = (key: string, bytes: number): Promise<unknown> =>
      cache.get(key, () => {
        loads.push(key);
        return Promise.resolve(volume(bytes));
      });
    await get("a", 40);
    await get("b", 40);
    await get("a", 40); // now b is the oldest
    await get("c", 40);
    expect(cache.statistics).toEqual({ bytes: 80, entries: 2, hits: 1, misses: 3 });
    await get("a", 40);
    await get("b", 40);
    expect(loads).toEqual(["a", "b", "c", "b"]);
    await get("huge", 101);
    expect(cache.statistics).toMatchObject({ bytes: 80, entries: 2 });
    cache.clear();
    expect(cache.statistics).toMatchObject({ bytes: 0, entries: 0 });
  });

  it("shares one load between requests that come at once", async () => {
    const cache = createVolumeCache({ maximumBytes: 100 });
    let loads = 0;
    const load = async (): Promise<ReturnType<typeof volume>> => {
      loads++;
      await Promise.resolve();
      return volume(10);
    };
    const results = await Promise.all([cache.get("a", load), cache.get("a", load), cache.get("a", load)]);
    expect(loads).toBe(1);
    expect(results[1]).toBe(results[0]);
    expect(await cache.get("a", load)).toBe(results[0]);
  });

  it("forgets a failed load", async () => {
    const cache = createVolumeCache({ maximumBytes: 100 });
    await expect(cache.get("a", () => Promise.reject(new Error("no disk")))).rejects.toThrow("no disk");
    await expect(cache.get("a", () => Promise.resolve(volume(5)))).resolves.toMatchObject({ size: [1, 5] });
  });
});
