import type { Example } from "../contract/network.js";
import { registerGradients } from "../gradients.js";
import type { TrainingRequest, TrainingResult } from "./request.js";
import { TrainingRun } from "./training-run.js";

/**
 * Trains a task or head together with its encoder. Everything that a run depends on is its request: two runs of equal
 * requests give equal weights on the same engine, also where one of them was interrupted and resumed.
 * @throws Ssl3dError SSL3D_TRAINING_NOT_FINITE where loss or gradients are NaN or infinite; the weights stay those before
 * that step. SSL3D_BATCH_TOO_SMALL where batches are smaller than the network can learn
 * from. SSL3D_CHECKPOINT_OTHER_RUN, SSL3D_CHECKPOINT_INVALID where a checkpoint cannot be resumed. Any other error of a
 * step goes on to the caller after the steps before it were saved.
 */
export async function train<E extends Example>(request: TrainingRequest<E>): Promise<TrainingResult> {
  registerGradients();
  const frozenBefore = request.encoder.frozen;
  const run = new TrainingRun(request);
  try {
    return await run.execute();
  } finally {
    run.dispose();
    request.encoder.frozen = frozenBefore;
  }
}
