import type { Volume } from "@ssl3d/core";

/** One volume whose channels are those of all volumes given, in order, as float32. They must share a grid. */
export function stackChannels(volumes: readonly Volume[]): Volume<Float32Array> {
  const [first] = volumes;
  if (first === undefined) throw new RangeError("stackChannels needs at least one volume.");
  const channels = volumes.reduce((sum, volume) => sum + volume.channels, 0);
  const count = first.voxels.length / first.channels;
  const voxels = new Float32Array(count * channels);
  let channel = 0;
  for (const volume of volumes) {
    for (let own = 0; own < volume.channels; own++, channel++) {
      for (let at = 0; at < count; at++) voxels[at * channels + channel] = volume.voxels[at * volume.channels + own]!;
    }
  }
  return { ...first, voxels, channels };
}
