import * as tf from "@tensorflow/tfjs-core";
import { expectClose } from "../compare.js";
import { beside, type FileEntry, filesOf, findDescriptors, type Descriptor, type GoldenFolder } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";
import { isOriginalEncoder, layersOf } from "../keras-layers.js";
import { assignKerasWeights, readKerasWeights } from "../keras-weights.js";
import { buildEncoder, INFERENCE, readTensor } from "../networks.js";

/** The original's encoder: its output and every skip, from each weights file beside the descriptor. */
export const encoder: GoldenKind = {
  name: "encoder",
  summary: "the original's U-Net encoders: outputs and skips with the weights of their HDF5 files",
  find: async (folder) => {
    const descriptors = await findDescriptors(folder, ["layers", "inputs", "outputs", "activations", "filters_returned"]);
    return descriptors
      .filter(({ json }) => isOriginalEncoder(layersOf(json)))
      .map((descriptor) => ({
        name: descriptor.stem,
        files: filesOf(folder, descriptor.stem),
        run: () => checkEncoder(folder, descriptor),
      }));
  },
};

async function checkEncoder(folder: GoldenFolder, { stem, json }: Descriptor): Promise<undefined> {
  const place = beside(stem);
  const [input] = json["inputs"] as [FileEntry];
  const [output] = json["outputs"] as [FileEntry];
  const activations = json["activations"] as readonly (FileEntry & { readonly key?: string })[];
  const network = buildEncoder(layersOf(json));
  const images = await readTensor(folder, place(input.file));
  try {
    for (const file of weightFiles(folder, stem)) {
      assignKerasWeights(network.weights, await readKerasWeights(folder.locate(file)));
      const { pyramid, output: last, pooled } = network.forward(images, INFERENCE);
      expectClose(output.file, last, await folder.readArray(place(output.file)));
      for (const activation of activations) {
        const level = Number(/^skip(\d+)$/.exec(activation.key ?? "")?.[1]);
        if (pyramid[level] === undefined) throw new Error(`activation "${String(activation.key)}" is not understood`);
        expectClose(activation.file, pyramid[level], await folder.readArray(place(activation.file)));
      }
      tf.dispose([...pyramid, last, pooled]);
    }
  } finally {
    network.dispose();
    images.dispose();
  }
}

/** The HDF5 files of a case: the full model's, and the weights alone where they are there. */
export function weightFiles(folder: GoldenFolder, stem: string): string[] {
  const files = [`${stem}.hdf5`, `${stem}.weights.hdf5`].filter((file) => folder.files.includes(file));
  if (files.length === 0) throw new Error("there is no HDF5 file with its weights");
  return files;
}
