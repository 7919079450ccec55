import { createRandom } from "@ssl3d/core";
import { createTripletNetwork, exemplarOptions } from "@ssl3d/task-exemplar";
import * as tf from "@tensorflow/tfjs-core";
import { posix } from "node:path";
import { expectClose } from "../compare.js";
import { filesOf, findDescriptors, type Descriptor, type GoldenFolder } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";
import { flattenLayers, isOriginalEncoder, layersOf, type KerasLayer } from "../keras-layers.js";
import { assignKerasWeights, readKerasWeights } from "../keras-weights.js";
import { buildEncoder, INFERENCE, readTensor } from "../networks.js";
import { weightFiles } from "./encoder.js";

/** The original's exemplar networks: codes of anchor, positive and negative, and the output of the encoder inside. */
export const exemplarNetwork: GoldenKind = {
  name: "exemplar",
  summary: "the original's exemplar networks: codes of the three images, and the output of the encoder inside",
  find: async (folder) => {
    const descriptors = await findDescriptors(folder, ["layers", "inputs", "outputs", "algorithm", "encoder_check"]);
    return descriptors
      .filter(({ json }) => json["algorithm"] === "exemplar" && encoderLayers(layersOf(json)) !== undefined)
      .map((descriptor) => ({
        name: descriptor.stem,
        files: filesOf(folder, descriptor.stem),
        run: () => checkExemplar(folder, descriptor),
      }));
  },
};

/** The nested model that is the original's encoder. */
function encoderLayers(layers: readonly KerasLayer[]): readonly KerasLayer[] | undefined {
  const nested = layers.find((layer) => layer.layers !== undefined && isOriginalEncoder(flattenLayers([layer])));
  return nested && flattenLayers([nested]);
}

async function checkExemplar(folder: GoldenFolder, { stem, json }: Descriptor): Promise<undefined> {
  const place = (file: string): string => posix.join(posix.dirname(stem), file);
  const [input] = json["inputs"] as [{ file: string; shape: readonly number[] }];
  const [output] = json["outputs"] as [{ file: string; shape: readonly number[] }];
  const inside = json["encoder_check"] as { input: string; output: string };
  const encoder = buildEncoder(encoderLayers(layersOf(json))!);
  const options = exemplarOptions.parse({ projection: "separate", codeSize: output.shape[output.shape.length - 1] });
  const network = createTripletNetwork({ encoder, options, inputSize: input.shape.slice(2, -1), random: createRandom("golden") });
  const triplets = await readTensor(folder, place(input.file));
  const encoderImages = await readTensor(folder, place(inside.input));
  try {
    for (const file of weightFiles(folder, stem)) {
      assignKerasWeights([...encoder.weights, ...network.weights], await readKerasWeights(folder.locate(file)));
      const codes = tf.tidy(() => {
        const [anchor, positive, negative] = tf.unstack(triplets, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
        const made = network.codesOf({ anchor, positive, negative }, INFERENCE);
        return tf.stack([made.anchor, made.positive, made.negative], 1);
      });
      expectClose(output.file, codes, await folder.readArray(place(output.file)));
      const features = encoder.forward(encoderImages, INFERENCE);
      expectClose(inside.output, features.output, await folder.readArray(place(inside.output)));
      tf.dispose([codes, ...features.pyramid, features.output, features.pooled]);
    }
  } finally {
    network.dispose();
    encoder.dispose();
    tf.dispose([triplets, encoderImages]);
  }
}
