import * as tf from "@tensorflow/tfjs-core";
import { z } from "zod";
import type { Batch, Example, Mode, StepResult, Trainable } from "../contract/network.js";
import { defineTask, type TaskPlugin } from "../contract/plugins.js";

/** One task of a mix. */
export interface MixPart {
  readonly task: TaskPlugin;
  /** Resolved options of that task. */
  readonly options: unknown;
  /** Factor of its loss in the sum. */
  readonly weight: number;
}

type NoOptions = Record<string, never>;

/**
 * Several proxy tasks as one, on one shared encoder: an example holds an example of each, a step adds their losses, weighted.
 * Arrays, metrics and weights of a part are named `<task>/<name>`, and its own loss is the metric `<task>/loss`; a task that
 * occurs again is called `<task> 2`. The parts' options are inside: the mix itself has none.
 */
export function mixTasks(parts: readonly MixPart[]): TaskPlugin<string, NoOptions> {
  const named = nameParts(parts);
  const masking = named.some(({ task }) => task.maskBorders !== undefined);
  return defineTask<string, NoOptions, Example>({
    name: named.map(({ name }) => name).join(" + "),
    summary: `Several tasks on one encoder: ${named.map(({ name }) => name).join(", ")}`,
    ranks: ([2, 3] as const).filter((rank) => named.every(({ task }) => task.ranks.includes(rank))),
    options: z.strictObject({}),
    references: [...new Set(named.flatMap(({ task }) => task.references ?? []))],
    companions: () => Math.max(0, ...named.map(({ task, options }) => task.companions?.(options) ?? 0)),
    example: (volume, _options, random, companions): Example =>
      join(named, ({ name, task, options }) =>
        task.example(volume, options, random.split(name), companions.slice(0, task.companions?.(options) ?? 0)),
      ),
    build: ({ encoder, inputSize, random }) => {
      const trainables: Trainable[] = [];
      try {
        for (const { name, task, options } of named)
          trainables.push(task.build({ encoder, options, inputSize, random: random.split(name) }));
      } catch (error) {
        for (const trainable of trainables) trainable.dispose();
        throw error;
      }
      return joinTrainables(named, trainables);
    },
    preview: (example) =>
      named.flatMap(({ name, task, options }) =>
        (task.preview?.(takePart(example, name), options) ?? []).map((figure) => ({ ...figure, title: `${name}: ${figure.title}` })),
      ),
    ...(masking && {
      maskBorders: (example: Example) =>
        join(named, ({ name, task, options }) => {
          const own = takePart(example, name);
          return task.maskBorders?.(own, options) ?? own;
        }),
    }),
  });
}

type NamedPart = MixPart & { readonly name: string };

/** What a mix calls each of its tasks: by its name, one that occurs again `<task> 2` and so on. */
export function nameParts<Part extends { readonly task: { readonly name: string } }>(parts: readonly Part[]): (Part & { readonly name: string })[] {
  return parts.map((part, index) => {
    const before = parts.slice(0, index).filter(({ task }) => task.name === part.task.name).length;
    return { ...part, name: before === 0 ? part.task.name : `${part.task.name} ${before + 1}` };
  });
}

function joinTrainables(named: readonly NamedPart[], trainables: readonly Trainable[]): Trainable {
  const weights = trainables.flatMap((trainable, index) =>
    trainable.weights.map((weight) => ({ ...weight, name: prefixed(named[index]!.name, weight.name) })),
  );
  return {
    weights,
    minimumBatchSize: Math.max(...trainables.map(({ minimumBatchSize = 1 }) => minimumBatchSize)),
    step: ({ tensors, caseIds }: Batch, mode: Mode): StepResult =>
      tf.tidy(() => {
        const metrics: Record<string, tf.Scalar> = {};
        const losses = named.map(({ name, weight }, index) => {
          const partMode = mode.training ? { ...mode, random: mode.random.split(name) } : mode;
          const result = trainables[index]!.step({ tensors: takePart(tensors, name), caseIds }, partMode);
          metrics[prefixed(name, "loss")] = result.loss;
          for (const [key, value] of Object.entries(result.metrics)) metrics[prefixed(name, key)] = value;
          return tf.mul<tf.Scalar>(result.loss, weight);
        });
        return { loss: tf.addN(losses), metrics };
      }),
    dispose: () => {
      for (const trainable of trainables) trainable.dispose();
    },
  };
}

function prefixed(part: string, name: string): string {
  return `${part}/${name}`;
}

function join(named: readonly NamedPart[], exampleOf: (part: NamedPart) => Example): Example {
  return Object.fromEntries(
    named.flatMap((part) => Object.entries(exampleOf(part)).map(([key, array]) => [prefixed(part.name, key), array] as const)),
  );
}

/** The entries of a part, under their own names again. */
function takePart<Value>(entries: Readonly<Record<string, Value>>, part: string): Readonly<Record<string, Value>> {
  const prefix = prefixed(part, "");
  return Object.fromEntries(
    Object.entries(entries).flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [])),
  );
}
