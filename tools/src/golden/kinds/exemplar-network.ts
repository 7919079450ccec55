import * as tf from "@tensorflow/tfjs-core";
import { expectClose } from "../compare.js";
import { buildExemplarNetwork, splitExemplar } from "../exemplar-network.js";
import { beside, filesOf, findDescriptors, type Descriptor, type GoldenFolder } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";
import { layersOf } from "../keras-layers.js";
import { assignKerasWeights, readKerasWeights } from "../keras-weights.js";
import { INFERENCE, readTensor } from "../networks.js";
import { weightFiles } from "./encoder.js";

/** The original's exemplar networks: codes of anchor, positive and negative, and the output of the encoder inside. */
export const exemplarNetwork: GoldenKind = {
  name: "exemplar",
  summary: "the original's exemplar networks: codes of the three images, and the output of the encoder inside",
  find: async (folder) => {
    const descriptors = await findDescriptors(folder, ["layers", "inputs", "outputs", "algorithm", "encoder_check"]);
    return descriptors
      .filter(({ json }) => json["algorithm"] === "exemplar" && splitExemplar(layersOf(json)) !== undefined)
      .map((descriptor) => ({
        name: descriptor.stem,
        files: filesOf(folder, descriptor.stem),
        run: () => checkExemplar(folder, descriptor),
      }));
  },
};

async function checkExemplar(folder: GoldenFolder, { stem, json }: Descriptor): Promise<undefined> {
  const place = beside(stem);
  const [input] = json["inputs"] as [{ file: string }];
  const [output] = json["outputs"] as [{ file: string }];
  const inside = json["encoder_check"] as { input: string; output: string };
  const network = buildExemplarNetwork(layersOf(json));
  const triplets = await readTensor(folder, place(input.file));
  const encoderImages = await readTensor(folder, place(inside.input));
  try {
    for (const file of weightFiles(folder, stem)) {
      assignKerasWeights([...network.encoder.weights, ...network.weights], await readKerasWeights(folder.locate(file)));
      const codes = network.forward(triplets, INFERENCE);
      expectClose(output.file, codes, await folder.readArray(place(output.file)));
      const features = network.encoder.forward(encoderImages, INFERENCE);
      expectClose(inside.output, features.output, await folder.readArray(place(inside.output)));
      tf.dispose([codes, ...features.pyramid, features.output, features.pooled]);
    }
  } finally {
    network.dispose();
    tf.dispose([triplets, encoderImages]);
  }
}
