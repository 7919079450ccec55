import { dropout } from "../ops/dropout.js";
import { createStateless, type Layer } from "./layer.js";

/** Dropout in training, drawn from the mode's stream; nothing in inference. `rate` in [0, 1). */
export function createDropout(rate: number): Layer {
  return createStateless((x, mode) => (mode.training ? dropout(x, rate, mode.random) : x));
}
