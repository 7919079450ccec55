import * as tf from "@tensorflow/tfjs-core";
import { expectClose } from "../compare.js";
import { beside, filesOf, findDescriptors, type Descriptor, type GoldenFolder } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";
import { layersOf } from "../keras-layers.js";
import { assignKerasWeights, readKerasWeights } from "../keras-weights.js";
import { buildClassifier, INFERENCE, readTensor, splitClassifier } from "../networks.js";
import { weightFiles } from "./encoder.js";

/** The original's proxy models that tell classes apart, rotation, relative patch location and jigsaw: class probabilities, and the output of the encoder inside. */
export const proxyClassifier: GoldenKind = {
  name: "proxy-classifier",
  summary: "the original's proxy models that tell classes apart (rotation, patch location, jigsaw): class probabilities, and the output of the encoder inside",
  find: async (folder) => {
    const descriptors = await findDescriptors(folder, ["layers", "inputs", "outputs", "algorithm", "encoder_check"]);
    return descriptors
      .filter(({ json }) => splitClassifier(layersOf(json)) !== undefined)
      .map((descriptor) => ({
        name: descriptor.stem,
        files: filesOf(folder, descriptor.stem),
        run: () => checkClassifier(folder, descriptor),
      }));
  },
};

async function checkClassifier(folder: GoldenFolder, { stem, json }: Descriptor): Promise<undefined> {
  const place = beside(stem);
  const [input] = json["inputs"] as [{ file: string }];
  const [output] = json["outputs"] as [{ file: string }];
  const inside = json["encoder_check"] as { input: string; output: string };
  const network = buildClassifier(layersOf(json));
  const images = await readTensor(folder, place(input.file));
  const encoderImages = await readTensor(folder, place(inside.input));
  try {
    for (const file of weightFiles(folder, stem)) {
      assignKerasWeights([...network.encoder.weights, ...network.weights], await readKerasWeights(folder.locate(file)));
      const probabilities = network.forward(images, INFERENCE);
      expectClose(output.file, probabilities, await folder.readArray(place(output.file)));
      const features = network.encoder.forward(encoderImages, INFERENCE);
      expectClose(inside.output, features.output, await folder.readArray(place(inside.output)));
      tf.dispose([probabilities, ...features.pyramid, features.output, features.pooled]);
    }
  } finally {
    network.dispose();
    tf.dispose([images, encoderImages]);
  }
}
