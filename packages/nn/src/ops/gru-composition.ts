import * as tf from "@tensorflow/tfjs-core";
import type { Tensor2D, Tensor3D } from "@tensorflow/tfjs-core";

/** The inputs of a GRU, as {@link KERNELS.gru} defines them. */
export interface GruTensors {
  readonly x: Tensor3D;
  readonly kernel: Tensor2D;
  readonly recurrentKernel: Tensor2D;
  readonly bias: Tensor2D;
}

/** A GRU of stock operations: the states and, for {@link gruGradient}, the gates [batch, time, 4 units]: z, r, candidate and b's candidate part. */
export function gruForward({ x, kernel, recurrentKernel, bias }: GruTensors): [states: Tensor3D, gates: Tensor3D] {
  return tf.tidy(() => {
    const [batch, time, inputs] = x.shape;
    const units = recurrentKernel.shape[0];
    const [inputBias, stateBias] = tf.unstack(bias);
    const a = tf.reshape(tf.add(tf.matMul(tf.reshape(x, [-1, inputs]), kernel), inputBias!), [batch, time, 3 * units]);
    let state = tf.zeros<tf.Rank.R2>([batch, units]);
    const [states, gates]: [Tensor2D[], Tensor2D[]] = [[], []];
    for (const fromInput of tf.unstack(a, 1)) {
      const [az, ar, ah] = tf.split(fromInput, 3, 1) as [Tensor2D, Tensor2D, Tensor2D];
      const [bz, br, bh] = tf.split(tf.add<Tensor2D>(tf.matMul(state, recurrentKernel), stateBias!), 3, 1) as [Tensor2D, Tensor2D, Tensor2D];
      const [z, r] = [tf.sigmoid(tf.add(az, bz)), tf.sigmoid(tf.add(ar, br))];
      const candidate = tf.tanh(tf.add(ah, tf.mul(r, bh)));
      state = tf.add(candidate, tf.mul(z, tf.sub(state, candidate)));
      states.push(state);
      gates.push(tf.concat([z, r, candidate, bh] as Tensor2D[], 1));
    }
    return [tf.stack(states, 1) as Tensor3D, tf.stack(gates, 1) as Tensor3D];
  });
}

/** The gradients by x, kernel, recurrent kernel and bias, through time. */
export function gruGradient(
  { x, kernel, recurrentKernel }: GruTensors,
  states: Tensor3D,
  gates: Tensor3D,
  dy: Tensor3D,
): [dx: Tensor3D, dkernel: Tensor2D, drecurrentKernel: Tensor2D, dbias: Tensor2D] {
  return tf.tidy(() => {
    const [batch, time, inputs] = x.shape;
    const units = recurrentKernel.shape[0];
    const initial = tf.zeros<tf.Rank.R3>([batch, 1, units]);
    const previous = tf.concat([initial, tf.slice(states, [0, 0, 0], [batch, time - 1, units])], 1);
    const [before, gatesOf, dys] = [tf.unstack(previous, 1), tf.unstack(gates, 1), tf.unstack(dy, 1)];
    // Gradients by a = x kernel + bias[0] and b = state recurrentKernel + bias[1], filled from the last step to the first.
    const [das, dbs]: [Tensor2D[], Tensor2D[]] = [[], []];
    let carried = tf.zeros<tf.Rank.R2>([batch, units]);
    for (let t = time - 1; t >= 0; t--) {
      const [z, r, candidate, bh] = tf.split(gatesOf[t] as Tensor2D, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
      const dstate = tf.add(dys[t]!, carried);
      const dz = tf.mul(tf.mul(dstate, tf.sub(before[t]!, candidate)), sigmoidSlope(z));
      const dh = tf.mul(tf.mul(dstate, tf.sub(1, z)), tf.sub(1, tf.square(candidate)));
      const dr = tf.mul(tf.mul(dh, bh), sigmoidSlope(r));
      das.unshift(tf.concat([dz, dr, dh] as Tensor2D[], 1));
      dbs.unshift(tf.concat([dz, dr, tf.mul(dh, r)] as Tensor2D[], 1));
      carried = tf.add(tf.mul(dstate, z), tf.matMul(dbs[0]!, recurrentKernel, false, true));
    }
    const [da, db] = [das, dbs].map((steps) => tf.reshape(tf.stack(steps, 1), [-1, 3 * units])) as [Tensor2D, Tensor2D];
    return [
      tf.reshape(tf.matMul(da, kernel, false, true), [batch, time, inputs]),
      tf.matMul(tf.reshape(x, [-1, inputs]), da, true),
      tf.matMul(tf.reshape(previous, [-1, units]), db, true),
      tf.stack([tf.sum(da, 0), tf.sum(db, 0)]) as Tensor2D,
    ];
  });
}

function sigmoidSlope(gate: Tensor2D): Tensor2D {
  return tf.mul(gate, tf.sub(1, gate));
}
