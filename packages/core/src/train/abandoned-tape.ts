import * as tf from "@tensorflow/tfjs-core";

/**
 * Lets go of what tfjs kept for a backward pass that will not come, after an error in the forward pass: tfjs forgets these
 * activations without disposing of them.
 */
export function disposeAbandonedTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const { saved = [] } of (state.activeTape as typeof state.activeTape | null) ?? []) tf.dispose(saved);
  (state as { activeTape: typeof state.activeTape | null }).activeTape = null;
}
