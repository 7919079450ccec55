import * as tf from "@tensorflow/tfjs-core";
import { expectClose } from "../compare.js";
import { beside, type FileEntry, filesOf, findDescriptors, type Descriptor, type GoldenFolder } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";
import { layersOf } from "../keras-layers.js";
import { assignKerasWeights, readKerasWeights } from "../keras-weights.js";
import { buildEncoder, buildUnet, INFERENCE, readTensor, splitUnet } from "../networks.js";
import { weightFiles } from "./encoder.js";

interface Transfer {
  readonly input: string;
  readonly outputs: readonly FileEntry[];
}

/** The original's fine-tuned U-Nets: class probabilities, and the encoder as it came out of the proxy checkpoint. */
export const finetunedUnet: GoldenKind = {
  name: "finetuned-unet",
  summary: "the original's fine-tuned U-Nets: probabilities, and the encoder taken from its proxy checkpoint",
  find: async (folder) => {
    const descriptors = await findDescriptors(folder, ["layers", "inputs", "outputs", "encoder_after_transfer"]);
    return descriptors
      .filter(({ json }) => splitUnet(layersOf(json)) !== undefined)
      .map((descriptor) => ({
        name: descriptor.stem,
        files: filesOf(folder, descriptor.stem),
        run: () => checkUnet(folder, descriptor),
      }));
  },
};

async function checkUnet(folder: GoldenFolder, { stem, json }: Descriptor): Promise<undefined> {
  const place = beside(stem);
  const [input] = json["inputs"] as [FileEntry];
  const [output] = json["outputs"] as [FileEntry];
  const network = buildUnet(layersOf(json));
  const images = await readTensor(folder, place(input.file));
  try {
    for (const file of weightFiles(folder, stem)) {
      assignKerasWeights([...network.encoder.weights, ...network.weights], await readKerasWeights(folder.locate(file)));
      const probabilities = network.forward(images, INFERENCE);
      expectClose(output.file, probabilities, await folder.readArray(place(output.file)));
      probabilities.dispose();
    }
    await checkTransfer(folder, place, json);
  } finally {
    network.dispose();
    images.dispose();
  }
}

/** The encoder within the proxy checkpoint gives what the original's transfer gave: [output, deepest skip .. shallowest]. */
async function checkTransfer(
  folder: GoldenFolder,
  place: (file: string) => string,
  json: Descriptor["json"],
): Promise<void> {
  const transfer = json["encoder_after_transfer"] as Transfer;
  const encoder = buildEncoder(splitUnet(layersOf(json))?.encoder ?? []);
  const images = await readTensor(folder, place(transfer.input));
  try {
    const stored = await readKerasWeights(folder.locate(place(json["encoder_checkpoint"] as string)));
    assignKerasWeights(encoder.weights, stored, "ignored");
    const { pyramid, output, pooled } = encoder.forward(images, INFERENCE);
    const skips = pyramid.slice(0, -1).reverse();
    for (const [index, entry] of transfer.outputs.entries()) {
      const actual = [output, ...skips][index];
      if (actual === undefined) throw new Error(`${entry.file} is not understood`);
      expectClose(entry.file, actual, await folder.readArray(place(entry.file)));
    }
    tf.dispose([...pyramid, output, pooled]);
  } finally {
    encoder.dispose();
    images.dispose();
  }
}
