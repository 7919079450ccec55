import { disposeBatch, stackExamples, toBatch, type Example, type Figures, type TaskPlugin, type Trainable } from "@ssl3d/core";
import * as tf from "@tensorflow/tfjs-core";
import type { ExampleMaker } from "../../workers/example-maker.js";

/** What {@link shortcutCheck} compares. */
export interface ShortcutCheck {
  readonly task: TaskPlugin;
  readonly options: unknown;
  readonly trainable: Trainable;
  /** Of validation examples: 0 and on are used, the same ones each time. */
  readonly maker: ExampleMaker;
  readonly examples: number;
  readonly batchSize: number;
}

/**
 * The task's accuracy on validation examples as they are and with the borders of their images blanked, as
 * `shortcut/<accuracy>/plain` and `/masked`. A task that is solved by what continues across a cut loses it there. Nothing for tasks that
 * do not mask.
 */
export async function shortcutCheck({ task, options, trainable, maker, examples, batchSize }: ShortcutCheck): Promise<Figures> {
  if (task.maskBorders === undefined) return {};
  const sums: Record<string, number> = {};
  let count = 0;
  for (let begin = 0; begin < examples; begin += batchSize) {
    const numbers = Array.from({ length: Math.min(batchSize, examples - begin) }, (_, i) => begin + i);
    const plain = await Promise.all(numbers.map((n) => maker.make(n)));
    const masked = plain.map((example) => task.maskBorders?.(example, options) ?? example);
    const ids = numbers.map((n) => maker.caseId(n));
    count += numbers.length;
    for (const [kind, made] of [["plain", plain], ["masked", masked]] as const) {
      for (const [name, value] of Object.entries(await accuracies(trainable, made, ids))) {
        if (!isMasked(name, plain[0]!, masked[0]!)) continue;
        const key = `shortcut/${name}/${kind}`;
        sums[key] = (sums[key] ?? 0) + value * numbers.length;
      }
    }
  }
  return Object.fromEntries(Object.entries(sums).map(([key, sum]) => [key, sum / count]));
}

async function accuracies(trainable: Trainable, examples: readonly Example[], ids: readonly string[]): Promise<Record<string, number>> {
  const batch = toBatch(stackExamples(examples, ids));
  try {
    const { loss, metrics } = trainable.step(batch, { training: false });
    const found: Record<string, number> = {};
    for (const [name, value] of Object.entries(metrics)) if (/(^|\/)accuracy$/.test(name)) found[name] = (await value.data())[0]!;
    tf.dispose([loss, metrics]);
    return found;
  } finally {
    disposeBatch(batch);
  }
}

/** Whether the part of a mix that a metric belongs to has masked its images. */
function isMasked(metric: string, plain: Example, masked: Example): boolean {
  const part = metric.slice(0, metric.lastIndexOf("/") + 1);
  return Object.keys(plain).some((name) => name.startsWith(part) && masked[name] !== plain[name]);
}
