import { disposeBatch, keepingStatistics, stackExamples, toBatch, type Encoder, type Figures, type HostBatch, type TaskPlugin, type Trainable } from "@ssl3d/core";
import { reestimateStatistics } from "@ssl3d/heads";
import * as tf from "@tensorflow/tfjs-core";
import type { ExampleMaker } from "../../workers/example-maker.js";

/** What {@link shortcutCheck} compares. */
export interface ShortcutCheck {
  readonly task: TaskPlugin;
  readonly options: unknown;
  readonly encoder: Encoder;
  readonly trainable: Trainable;
  /** Of validation examples: 0 and on are used, the same ones each time. */
  readonly maker: ExampleMaker;
  readonly examples: number;
  readonly batchSize: number;
}

/**
 * The task's accuracy on validation examples as they are and with the borders of their images blanked, as
 * `shortcut/<accuracy>/plain` and `/masked`. A task that is solved by what continues across a cut loses it there. Nothing for tasks that
 * do not mask. Normalisation uses statistics of the examples as they are, since training's lag behind the weights.
 */
export async function shortcutCheck({ task, options, encoder, trainable, maker, examples, batchSize }: ShortcutCheck): Promise<Figures> {
  if (task.maskBorders === undefined) return {};
  const batches: { readonly plain: HostBatch; readonly masked: HostBatch; readonly names: readonly string[] }[] = [];
  for (let begin = 0; begin < examples; begin += batchSize) {
    const numbers = Array.from({ length: batchSize }, (_, i) => begin + i);
    const ids = numbers.map((n) => maker.caseId(n));
    const plain = await Promise.all(numbers.map((n) => maker.make(n)));
    const masked = plain.map((example) => task.maskBorders?.(example, options) ?? example);
    const names = Object.keys(plain[0]!).filter((name) => plain[0]![name] !== masked[0]![name]);
    batches.push({ plain: stackExamples(plain, ids), masked: stackExamples(masked, ids), names });
  }
  return await keepingStatistics([...encoder.weights, ...trainable.weights], async () => {
    const plain = { batch: (index: number) => Promise.resolve(batches[index]!.plain) };
    await reestimateStatistics({ encoder, trainable, batches: plain, count: batches.length });
    const figures: Record<string, number> = {};
    for (const batch of batches) {
      for (const kind of ["plain", "masked"] as const) {
        for (const [name, value] of Object.entries(await accuracies(trainable, batch[kind]))) {
          if (!isMasked(name, batch.names)) continue;
          const key = `shortcut/${name}/${kind}`;
          figures[key] = (figures[key] ?? 0) + value / batches.length;
        }
      }
    }
    return figures;
  });
}

async function accuracies(trainable: Trainable, host: HostBatch): Promise<Record<string, number>> {
  const batch = toBatch(host);
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

/** Whether the part of a mix that a metric belongs to has masked its images; `names` are those of the arrays that were. */
function isMasked(metric: string, names: readonly string[]): boolean {
  const part = metric.slice(0, metric.lastIndexOf("/") + 1);
  return names.some((name) => name.startsWith(part));
}
