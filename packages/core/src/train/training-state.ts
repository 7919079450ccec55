import type { Checkpoint, CheckpointState } from "../checkpoint/checkpoint.js";
import { otherRun } from "../checkpoint/errors.js";
import type { Encoder, Trainable, Weight } from "../contract/network.js";
import type { OptimizedWeight } from "./optimizer.js";
import type { TrainingOptions } from "./options.js";

/** Options that may change when a run is resumed: they do not touch what the finished steps did. */
const CHANGEABLE: readonly (keyof TrainingOptions)[] = ["steps", "validateEvery", "checkpointEvery"];

/** The weights of a run under the names that checkpoints give them: "encoder/..." and "head/...". */
export function namedWeights(encoder: Encoder, trainable: Pick<Trainable, "weights">): readonly Weight[] {
  const under = (prefix: string, weights: readonly Weight[]) =>
    weights.map(({ name, variable, trainable }) => ({ name: prefix + name, variable, trainable }));
  return [...under("encoder/", encoder.weights), ...under("head/", trainable.weights)];
}

/** Whether the encoder is frozen in a step, counted from 0. */
export function isEncoderFrozen(step: number, { freezeEncoder }: TrainingOptions): boolean {
  return freezeEncoder === "always" || step < freezeEncoder;
}

/** The weights that get updates while the encoder is frozen, or not. */
export function optimizedWeights(
  weights: readonly Weight[],
  encoderFrozen: boolean,
  { encoderLearningRateScale }: TrainingOptions
): OptimizedWeight[] {
  return weights.flatMap(({ name, variable, trainable }) => {
    const ofEncoder = name.startsWith("encoder/");
    if (!trainable || (ofEncoder && encoderFrozen)) return [];
    return [{ name, variable, learningRateScale: ofEncoder ? encoderLearningRateScale : 1 }];
  });
}

/** Throws SSL3D_CHECKPOINT_OTHER_RUN where a checkpoint was made with other settings than those given. */
export function checkSameRun(
  { state }: Checkpoint,
  expected: Pick<CheckpointState, "seed" | "options" | "plugins">,
  label: string
): void {
  const differences: string[] = [];
  const compare = (what: string, before: unknown, now: unknown) => {
    const [textBefore, textNow] = [sortedJson(before), sortedJson(now)];
    if (textBefore !== textNow) differences.push(`${what} was ${textBefore}, now it is ${textNow}`);
  };
  compare("the random stream", state.seed, expected.seed);
  compare("plugins", state.plugins, expected.plugins);
  for (const key of Object.keys(expected.options) as (keyof TrainingOptions)[]) {
    if (!CHANGEABLE.includes(key)) compare(key, state.options[key], expected.options[key]);
  }
  if (differences.length > 0) throw otherRun(label, differences);
}

/** JSON with the keys of plain objects sorted, so that equal values give equal text. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part
  );
}
