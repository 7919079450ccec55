/**
 * Adam's update of `count` weights; @ssl3d/core defines it (`UPDATE_KERNELS.adam`). `toMean` and `toSquare` are one minus the
 * decay of the moments.
 */
export function adamUpdate(
  weight: usize, gradient: usize, m: usize, v: usize, nextWeight: usize, nextM: usize, nextV: usize, count: i32,
  rate: f32, toMean: f32, toSquare: f32, epsilon: f32, decay: f32,
): void {
  const bytes: usize = (<usize>count) << 2;
  let i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    const g = v128.load(gradient + i);
    const oldM = v128.load(m + i);
    const oldV = v128.load(v + i);
    const newM = f32x4.add(oldM, f32x4.mul(f32x4.sub(g, oldM), f32x4.splat(toMean)));
    const newV = f32x4.add(oldV, f32x4.mul(f32x4.sub(f32x4.mul(g, g), oldV), f32x4.splat(toSquare)));
    const change = f32x4.div(f32x4.mul(newM, f32x4.splat(rate)), f32x4.add(f32x4.sqrt(newV), f32x4.splat(epsilon)));
    v128.store(nextM + i, newM);
    v128.store(nextV + i, newV);
    v128.store(nextWeight + i, f32x4.sub(f32x4.mul(v128.load(weight + i), f32x4.splat(decay)), change));
  }
  for (; i < bytes; i += 4) {
    const g = load<f32>(gradient + i);
    const newM = load<f32>(m + i) + (g - load<f32>(m + i)) * toMean;
    const newV = load<f32>(v + i) + (g * g - load<f32>(v + i)) * toSquare;
    store<f32>(nextM + i, newM);
    store<f32>(nextV + i, newV);
    store<f32>(nextWeight + i, load<f32>(weight + i) * decay - (newM * rate) / (sqrt<f32>(newV) + epsilon));
  }
}

/** The update of gradient descent with momentum (`UPDATE_KERNELS.sgd`). */
export function sgdUpdate(
  weight: usize, gradient: usize, velocity: usize, nextWeight: usize, nextVelocity: usize, count: i32,
  learningRate: f32, momentum: f32, nesterov: i32,
): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 4) {
    const change = load<f32>(gradient + i) * -learningRate;
    const speed = load<f32>(velocity + i) * momentum + change;
    store<f32>(nextVelocity + i, speed);
    store<f32>(nextWeight + i, load<f32>(weight + i) + (nesterov ? speed * momentum + change : speed));
  }
}
