import { expectClose } from "../compare.js";
import { buildDenseHead, isDenseHead } from "../dense-head.js";
import { beside, type FileEntry, filesOf, findDescriptors, type Descriptor, type GoldenFolder } from "../golden-folder.js";
import type { GoldenKind } from "../golden-kind.js";
import { layersOf } from "../keras-layers.js";
import { assignKerasWeights, readKerasWeights } from "../keras-weights.js";
import { INFERENCE, readTensor } from "../networks.js";
import { weightFiles } from "./encoder.js";

/** The original's fully connected heads by themselves, on features: all layers are dense ones, with what stands between them. */
export const denseHead: GoldenKind = {
  name: "dense-head",
  summary: "the original's fully connected heads by themselves",
  find: async (folder) => {
    const descriptors = await findDescriptors(folder, ["layers", "inputs", "outputs"]);
    return descriptors
      .filter(({ json }) => isDenseHead(layersOf(json)))
      .map((descriptor) => ({
        name: descriptor.stem,
        files: filesOf(folder, descriptor.stem),
        run: () => checkHead(folder, descriptor),
      }));
  },
};

async function checkHead(folder: GoldenFolder, { stem, json }: Descriptor): Promise<undefined> {
  const place = beside(stem);
  const [input] = json["inputs"] as [FileEntry];
  const [output] = json["outputs"] as [FileEntry];
  const features = await readTensor(folder, place(input.file));
  const head = buildDenseHead(layersOf(json), features.shape[1]!);
  try {
    for (const file of weightFiles(folder, stem)) {
      assignKerasWeights(head.weights, await readKerasWeights(folder.locate(file)));
      const answers = head.forward(features, INFERENCE);
      expectClose(output.file, answers, await folder.readArray(place(output.file)));
      answers.dispose();
    }
  } finally {
    head.dispose();
    features.dispose();
  }
}
