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
  readonly means: Float32Array;
  readonly variances: Float32Array;
}

/**
 * What flows through a group's mean and variance to x: factor * x + offset. With the normalised x^ = (x - mean) / deviation
 * and g = scale * dy it is -(mean of g + x^ * mean of g x^) / deviation. Factors replace `scales`, offsets `offsets`.
 */
export function channelFactors({ scale, scales, offsets, means, variances }: ChannelGradients, sizes: { groups: number; epsilon: number; voxels: number }): void {
  const size = scale.length / sizes.groups;
  for (let first = 0; first < scales.length; first += size) {
    const channels = Array.from({ length: size }, (_, i) => first + i);
    const weighted = (sums: Float32Array): number =>
      channels.reduce((sum, i) => sum + (sums[i] as number) * (scale[i % scale.length] as number), 0) / (size * sizes.voxels);
    const [gradient, product] = [weighted(offsets), weighted(scales)];
    const deviation = Math.sqrt((variances[first] as number) + sizes.epsilon);
    const factor = -product / deviation ** 2;
    scales.fill(factor, first, first + size);
    offsets.fill(-gradient / deviation - factor * (means[first] as number), first, first + size);
  }
}

function average(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
