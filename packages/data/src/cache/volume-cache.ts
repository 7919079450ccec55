import type { VoxelArray } from "@ssl3d/core";

/** Anything that holds voxels: a volume, or an object of volumes. */
type Holder = { readonly voxels: VoxelArray } | { readonly bytes: number };

/** How much a cache may hold. */
export interface VolumeCacheOptions {
  /** Bytes of voxels in all. A single larger volume is handed out but not kept. */
  readonly maximumBytes: number;
}

/** What a cache holds and did. */
export interface VolumeCacheStatistics {
  readonly bytes: number;
  readonly entries: number;
  readonly hits: number;
  readonly misses: number;
}

/** A cache of loaded volumes, least recently used out first. */
export interface VolumeCache<Value extends Holder> {
  /** The value of a key: kept, being loaded by another call, or loaded now. A failed load is not kept. */
  get(key: string, load: () => Promise<Value>): Promise<Value>;
  readonly statistics: VolumeCacheStatistics;
  clear(): void;
}

/** A cache limited by bytes, so that cohorts larger than memory stream through it. */
export function createVolumeCache<Value extends Holder>({ maximumBytes }: VolumeCacheOptions): VolumeCache<Value> {
  // a Map keeps the order of insertion: the first key is the one used least recently
  const kept = new Map<string, Value>();
  const loading = new Map<string, Promise<Value>>();
  let bytes = 0;
  let hits = 0;
  let misses = 0;

  const keep = (key: string, value: Value): void => {
    const size = sizeOf(value);
    if (size > maximumBytes) return;
    kept.set(key, value);
    bytes += size;
    for (const [oldest, old] of kept) {
      if (bytes <= maximumBytes) break;
      kept.delete(oldest);
      bytes -= sizeOf(old);
    }
  };

  return {
    get(key, load) {
      const value = kept.get(key);
      if (value !== undefined) {
        hits++;
        kept.delete(key);
        kept.set(key, value);
        return Promise.resolve(value);
      }
      const pending = loading.get(key);
      if (pending !== undefined) {
        hits++;
        return pending;
      }
      misses++;
      const started = load();
      const settled = started
        .then((loaded) => {
          if (loading.get(key) === settled) keep(key, loaded);
          return loaded;
        })
        .finally(() => {
          if (loading.get(key) === settled) loading.delete(key);
        });
      loading.set(key, settled);
      return settled;
    },
    get statistics() {
      return { bytes, entries: kept.size, hits, misses };
    },
    clear() {
      kept.clear();
      loading.clear();
      bytes = 0;
    },
  };
}

function sizeOf(value: Holder): number {
  return "voxels" in value ? value.voxels.byteLength : value.bytes;
}
