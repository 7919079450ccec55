import type { Encoder } from "@ssl3d/core";
import type { Tensor } from "@tensorflow/tfjs-core";
import * as tf from "@tensorflow/tfjs-core";
import { runPaths } from "../files/run-folder.js";
import type { DiscoveredPlugin } from "../plugins/discover.js";
import { DENSE_LAYERS, loadDenseLayers } from "./dense-layers.js";
import { loadEncoder } from "./encoder-folder.js";
import { taskCannotInfer } from "./errors.js";
import { loadModel } from "./head-folder.js";
import { readPart } from "./part-folder.js";
import { loadTask, readTasks } from "./task-folder.js";

/** A network ready to answer: whatever a folder holds. */
export interface Runnable {
  readonly kind: "task" | "head" | "encoder" | "layers";
  /** The task, head or encoder plugin; "dense" for layers without an encoder. */
  readonly name: string;
  /** The inputs it takes, without the batch axis, in words for messages; undefined where `infer` checks them itself. */
  readonly expected?: { readonly text: string; readonly fits: (shape: readonly number[]) => boolean };
  /** The encoder whose images `expected` tells. */
  readonly encoder?: Encoder;
  /** The caller owns the tensor. */
  readonly infer: (inputs: readonly Tensor[]) => Tensor;
  readonly dispose: () => void;
}

/**
 * Loads the network of a folder: a proxy task's full model where there is one (`key` chooses among those of a mix), else encoder and
 * fine-tuned head, else the encoder, else layers that came without one.
 * @throws SSL3D_TASK_NOT_FOUND, SSL3D_TASK_CANNOT_INFER, SSL3D_ENCODER_NOT_FOUND and those of reading and loading
 */
export async function loadRunnable(folder: string, plugins: readonly DiscoveredPlugin[], key?: string): Promise<Runnable> {
  if (key !== undefined || (await readTasks(folder)).length > 0) return await loadFullTask(folder, plugins, key);
  const head = await readPart(runPaths(folder).head, "head");
  if (head?.name === DENSE_LAYERS) {
    const { inputs, layer } = await loadDenseLayers(head);
    return {
      kind: "layers",
      name: head.name,
      expected: { text: `[batch, ${inputs}]`, fits: (shape) => shape.length === 1 && shape[0] === inputs },
      infer: ([features]) => layer.forward(features as Tensor, { training: false }),
      dispose: () => layer.dispose(),
    };
  }
  if (head !== undefined) {
    const { head: network, encoder } = await loadModel(folder, plugins);
    return {
      kind: "head",
      name: head.name,
      expected: imagesOf(encoder),
      encoder,
      infer: ([images]) => network.predict(images as Tensor),
      dispose: () => [network, encoder].forEach((part) => part.dispose()),
    };
  }
  const { encoder, contract } = await loadEncoder(folder, plugins);
  return {
    kind: "encoder",
    name: contract.architecture.name,
    expected: imagesOf(encoder),
    encoder,
    infer: ([images]) => tf.tidy(() => encoder.forward(images as Tensor, { training: false }).output),
    dispose: () => encoder.dispose(),
  };
}

async function loadFullTask(folder: string, plugins: readonly DiscoveredPlugin[], key: string | undefined): Promise<Runnable> {
  const { trainable, encoder, plugin } = await loadTask(folder, plugins, key);
  const dispose = (): void => [trainable, encoder].forEach((part) => part.dispose());
  if (trainable.infer === undefined) {
    dispose();
    throw taskCannotInfer(plugin.plugin.name, plugin.package);
  }
  return { kind: "task", name: plugin.plugin.name, infer: trainable.infer.bind(trainable), dispose };
}

function imagesOf({ rank, channels }: Encoder): NonNullable<Runnable["expected"]> {
  return {
    text: `[batch, ${rank === 2 ? "" : "depth, "}height, width, ${channels}]`,
    fits: (shape) => shape.length === rank + 1 && shape[rank] === channels,
  };
}
