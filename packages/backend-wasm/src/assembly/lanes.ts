/** Loads up to 4 floats, the missing ones zero, without reading past the last. */
export function loadChannels(from: usize, count: i32): v128 {
  if (count >= 4) return v128.load(from);
  let value = f32x4.splat(0);
  if (count > 0) value = f32x4.replace_lane(value, 0, load<f32>(from));
  if (count > 1) value = f32x4.replace_lane(value, 1, load<f32>(from, 4));
  if (count > 2) value = f32x4.replace_lane(value, 2, load<f32>(from, 8));
  return value;
}

/** Stores the first `count` floats of a vector, at most 4. */
@inline
export function storeChannels(to: usize, value: v128, count: i32): void {
  if (count >= 4) v128.store(to, value);
  else storeFew(to, value, count);
}

function storeFew(to: usize, value: v128, count: i32): void {
  if (count > 0) store<f32>(to, f32x4.extract_lane(value, 0));
  if (count > 1) store<f32>(to, f32x4.extract_lane(value, 1), 4);
  if (count > 2) store<f32>(to, f32x4.extract_lane(value, 2), 8);
}

/** Copies voxels of `channels` floats to voxels of `padded` floats, the added ones zero. */
export function padChannels(from: usize, to: usize, voxels: i32, channels: i32, padded: i32): void {
  for (let voxel = 0; voxel < voxels; voxel++) {
    for (let channel = 0; channel < padded; channel++) {
      store<f32>(to + (channel << 2), channel < channels ? load<f32>(from + (channel << 2)) : 0);
    }
    from += channels << 2;
    to += padded << 2;
  }
}
