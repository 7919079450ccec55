import { ALGORITHM } from "../native/constants.js";
import type { PostOperation } from "../native/runtime.js";

/** Nearly the largest float32: its product with any normal positive number is above 1. */
const STEEP = 3.4e38;

/**
 * ReLU behind a convolution or product, where NaN stays NaN. The library's own makes it 0, and a training whose weights have become NaN would
 * go on as if nothing had happened. x * min(1, max(0, STEEP * x)) is x where x is positive, to the last bit, and NaN where x is NaN. It costs no
 * time that can be measured. Negative infinity becomes NaN, too.
 */
export const FUSED_RELU: Extract<PostOperation, { kind: "eltwise" }> = { kind: "eltwise", algorithm: ALGORITHM.hardSwish, alpha: STEEP, beta: 0 };
