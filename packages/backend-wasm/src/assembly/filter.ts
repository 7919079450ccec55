/**
 * Lays a filter out as panels of 8 output channels (a last panel of 4 where at most 4 remain), zero beyond the last
 * channel: [panel][tap][input channel][8]. Tap t of an axis is tap `start + step * t` of the source, so that flipped and
 * phase-split filters need no copy of their own. `transposed` swaps the roles of the channels: the source's last axis is then the
 * convolution's input.
 */
export function packFilter(
  source: usize, target: usize, inChannels: i32, outChannels: i32, transposed: i32,
  tapsDepth: i32, tapsHeight: i32, tapsWidth: i32,
  startDepth: i32, startHeight: i32, startWidth: i32,
  stepDepth: i32, stepHeight: i32, stepWidth: i32,
  sourceHeight: i32, sourceWidth: i32,
): void {
  const inStep: usize = transposed ? 4 : <usize>outChannels << 2;
  const outStep: usize = transposed ? <usize>inChannels << 2 : 4;
  const tapBytes: usize = (inChannels * outChannels) << 2;
  for (let channel = 0; channel < outChannels; channel += 8) {
    const width = outChannels - channel <= 4 ? 4 : 8;
    const used = min(width, outChannels - channel);
    for (let d = 0; d < tapsDepth; d++) {
      for (let h = 0; h < tapsHeight; h++) {
        for (let w = 0; w < tapsWidth; w++) {
          const tap = ((startDepth + stepDepth * d) * sourceHeight + startHeight + stepHeight * h) * sourceWidth + startWidth + stepWidth * w;
          let from = source + <usize>tap * tapBytes + <usize>channel * outStep;
          for (let i = 0; i < inChannels; i++) {
            for (let lane = 0; lane < width; lane++) {
              store<f32>(target + (lane << 2), lane < used ? load<f32>(from + <usize>lane * outStep) : 0);
            }
            target += width << 2;
            from += inStep;
          }
        }
      }
    }
  }
}
