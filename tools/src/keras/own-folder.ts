import { axisOrder, createRandom, encodeSafetensors, PART_DESCRIPTION_VERSION, preprocessingOptions, readWeights, sha256, validate, type PartDescription, type Random, type Weight } from "@ssl3d/core";
import { saveEncoder, writeFolderAtomic } from "@ssl3d/node";
import * as tf from "@tensorflow/tfjs-core";
import { join } from "node:path";
import type { Described, KerasCase } from "./cases.js";

/** Writes a folder of a network that ssl3d alone has made: its own initial weights, moved as by a training. */
export async function writeOwnFolder(folder: string, { inputs, encoder: described, part }: Pick<KerasCase, "inputs" | "encoder" | "part">): Promise<void> {
  const random = createRandom(3);
  const shape = inputs[0]!;
  const rank = described.plugin.ranks.length === 1 ? 2 : part === undefined ? ((shape.length - 1) as 2 | 3) : (part.inputSize.length as 2 | 3);
  const options = optionsOf(described);
  const encoder = described.plugin.build({ rank, channels: shape[shape.length - 1]!, options, random });
  await saveEncoder(folder, vary(encoder, random), {
    formatVersion: 1,
    architecture: { package: described.package, name: described.plugin.name, options },
    rank,
    axisOrder: axisOrder(rank),
    inputChannels: Array.from({ length: encoder.channels }, (_, index) => `channel ${index}`),
    patchSize: shape.slice(-rank - 1, -1),
    preprocessing: preprocessingOptions.parse({}),
    slices: null,
    levels: encoder.levels,
    output: encoder.output,
    provenance: { task: null, dataset: "none", cases: 0, steps: 0, seed: 3, engine: "none", codeVersion: "0", licences: [], citations: [] },
  });
  if (part !== undefined) {
    const { inputSize } = part;
    const partOptions = optionsOf(part);
    const built = part.plugin.build({ encoder, options: partOptions, inputSize, random: random.split("part") });
    const bytes = encodeSafetensors(await readWeights(vary(built, random.split("part")).weights));
    const description: PartDescription = {
      formatVersion: PART_DESCRIPTION_VERSION,
      package: part.package,
      name: part.plugin.name,
      options: partOptions,
      inputSize,
      weights: { file: "weights.safetensors", sha256: await sha256(bytes) },
    };
    const { kind } = part.plugin;
    await writeFolderAtomic(join(folder, kind), { "weights.safetensors": bytes, [`${kind}.json`]: JSON.stringify(description) });
    built.dispose();
  }
  encoder.dispose();
}

/** Options with the plugin's defaults, as descriptions hold them. */
export function optionsOf({ plugin, options }: Described): Readonly<Record<string, unknown>> {
  return validate(plugin.options, options, plugin.name) as Readonly<Record<string, unknown>>;
}

/** Moves every weight by a little, variances upwards: fresh biases and statistics are all alike, and would tell nothing of their order. */
function vary<Network extends { readonly weights: readonly Weight[] }>(network: Network, random: Random): Network {
  for (const { name, variable } of network.weights) {
    const stream = random.split(name);
    const noise = Float32Array.from({ length: variable.size }, () => 0.05 * stream.normal());
    const moved = name.endsWith("/movingVariance") ? noise.map(Math.abs) : noise;
    tf.tidy(() => variable.assign(tf.add(variable, tf.tensor(moved, variable.shape))));
  }
  return network;
}
