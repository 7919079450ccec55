import * as tf from "@tensorflow/tfjs-core";
import { expectClose } from "../compare.js";
import { buildCpcNetwork, splitCpc, type CpcOutputs } from "../cpc-network.js";
import { beside, filesOf, findDescriptors, type Descriptor, type GoldenFolder } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";
import { layersOf } from "../keras-layers.js";
import { assignKerasWeights, readKerasWeights } from "../keras-weights.js";
import { INFERENCE, readTensor } from "../networks.js";
import { weightFiles } from "./encoder.js";

interface Activation {
  readonly key: string;
  readonly file: string;
}

/** The original's predictive coding: probabilities, codes, contexts and predictions, and the output of the encoder inside. */
export const proxyCpc: GoldenKind = {
  name: "proxy-cpc",
  summary: "the original's predictive coding: probabilities, codes, contexts, predictions, and the output of the encoder inside",
  find: async (folder) => {
    const descriptors = await findDescriptors(folder, ["layers", "inputs", "outputs", "algorithm", "encoder_check"]);
    return descriptors
      .filter(({ json }) => json["algorithm"] === "cpc" && splitCpc(layersOf(json)) !== undefined)
      .map((descriptor) => ({
        name: descriptor.stem,
        files: filesOf(folder, descriptor.stem),
        run: () => checkCpc(folder, descriptor),
      }));
  },
};

async function checkCpc(folder: GoldenFolder, { stem, json }: Descriptor): Promise<undefined> {
  const place = beside(stem);
  const [first, second] = json["inputs"] as [{ file: string }, { file: string }];
  const [output] = json["outputs"] as [{ file: string }];
  const inside = json["encoder_check"] as { input: string; output: string };
  const activations = (json["activations"] ?? []) as readonly Activation[];
  const network = buildCpcNetwork(layersOf(json));
  const [x, y, encoderImages] = await Promise.all([first.file, second.file, inside.input].map((file) => readTensor(folder, place(file))));
  try {
    for (const file of weightFiles(folder, stem)) {
      assignKerasWeights([...network.encoder.weights, ...network.weights], await readKerasWeights(folder.locate(file)));
      const outputs = network.evaluate(x!, y!, INFERENCE);
      expectClose(output.file, outputs.probabilities, await folder.readArray(place(output.file)));
      for (const { key, file: name } of activations) {
        if (!(key in outputs)) throw new Error(`activation "${key}" is not understood`);
        expectClose(name, outputs[key as keyof CpcOutputs], await folder.readArray(place(name)));
      }
      const features = network.encoder.forward(encoderImages!, INFERENCE);
      expectClose(inside.output, features.output, await folder.readArray(place(inside.output)));
      tf.dispose([...Object.values(outputs), ...features.pyramid, features.output, features.pooled]);
    }
  } finally {
    network.dispose();
    tf.dispose([x!, y!, encoderImages!]);
  }
}
