/**
 * Mean and variance of groups of channels from those of the channels, which are replaced by their group's.
 * @param means [examples, channels], as is `variances`
 * @param groupMeans [examples, groups], as is `groupVariances`; filled here
 */
export function statisticsOfGroups(means: Float32Array, variances: Float32Array, groupMeans: Float32Array, groupVariances: Float32Array): void {
  const size = means.length / groupMeans.length;
  for (let group = 0; group < groupMeans.length; group++) {
    const [first, end] = [group * size, (group + 1) * size];
    const mean = average(means.subarray(first, end));
    const within = average(variances.subarray(first, end));
    const between = average(means.subarray(first, end).map((value) => (value - mean) ** 2));
    groupMeans[group] = mean;
    groupVariances[group] = within + between;
  }
  spreadGroups(groupMeans, means);
  spreadGroups(groupVariances, variances);
}

/** [examples, groups] to [examples, channels]. */
export function spreadGroups(groups: Float32Array, channels: Float32Array): void {
  const size = channels.length / groups.length;
  groups.forEach((value, group) => channels.fill(value, group * size, (group + 1) * size));
}

/** Per channel: of all examples, but for the scale. */
export interface ChannelGradients {
  readonly scale: Float32Array;
  /** Gradients by scale and offset of every example. */
  readonly scales: Float32Array;
  readonly offsets: Float32Array;
  readonly variances: Float32Array;
}

/**
 * What flows through a group's mean and variance to x: scale * x^ + offset. With the normalised x^ = (x - mean) / deviation and
 * g = scale * dy it is -(mean of g + x^ * mean of g x^) / deviation. These scales replace `scales`, the offsets `offsets`.
 */
export function flowThroughStatistics(
  { scale, scales, offsets, variances }: ChannelGradients,
  { groups, epsilon, voxels }: { readonly groups: number; readonly epsilon: number; readonly voxels: number },
): void {
  const size = scale.length / groups;
  for (let first = 0; first < scales.length; first += size) {
    const deviation = Math.sqrt((variances[first] as number) + epsilon);
    for (const sums of [scales, offsets]) {
      let weighted = 0;
      for (let i = first; i < first + size; i++) weighted += (sums[i] as number) * (scale[i % scale.length] as number);
      sums.fill(-weighted / (size * voxels * deviation), first, first + size);
    }
  }
}

function average(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
