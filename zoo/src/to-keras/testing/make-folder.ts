import { axisOrder, createRandom, elementsOf, encodeSafetensors, preprocessingOptions, sha256, type EncoderContract, type PartDescription, type Random } from "@ssl3d/core";
import { buildLayout, type WeightPlace } from "../../build-layout.js";

type Named = { readonly name: string; readonly options: Readonly<Record<string, unknown>> };

/** The network that {@link makeFolder} makes a folder of. */
export interface FolderRequest {
  readonly rank: 2 | 3;
  readonly channels: number;
  readonly encoder: Named;
  readonly part?: Named & { readonly plugin: "task" | "head"; readonly inputSize: readonly number[] };
  readonly seed?: number;
}

/** The files of a folder as a run leaves it, its weights drawn at random. */
export async function makeFolder({ rank, channels, encoder, part, seed = 1 }: FolderRequest): Promise<Record<string, Uint8Array | string>> {
  const random = createRandom(seed);
  const layout = buildLayout({
    kind: "encoder",
    task: null,
    rank,
    channels,
    patchSize: [],
    unknown: [],
    assumed: [],
    encoder: { package: "test", units: [], ...encoder },
    ...(part !== undefined && { part: { package: "test", units: [], ...part } }),
  });
  const side = part?.inputSize[0] ?? 32;
  const { options, levels, output, weights } = layout.encoder!;
  const bytes = drawWeights(weights, random.split("encoder"));
  const contract: EncoderContract = {
    formatVersion: 1,
    architecture: { package: "test", name: encoder.name, options },
    rank,
    axisOrder: axisOrder(rank),
    inputChannels: Array.from({ length: channels }, (_, index) => `channel ${index}`),
    patchSize: Array.from({ length: rank }, () => side),
    preprocessing: preprocessingOptions.parse({}),
    slices: null,
    levels,
    output,
    weights: { file: "weights.safetensors", sha256: await sha256(bytes) },
    provenance: { task: null, dataset: "random", cases: 0, steps: 0, seed, engine: "none", codeVersion: "0", licences: [], citations: [] },
  };
  const files: Record<string, Uint8Array | string> = { "weights.safetensors": bytes, "contract.json": JSON.stringify(contract) };
  if (part === undefined) return files;
  const own = drawWeights(layout.part!.weights, random.split("part"));
  const description: PartDescription = {
    formatVersion: 1,
    package: "test",
    name: part.name,
    options: layout.part!.options,
    inputSize: part.inputSize,
    weights: { file: "weights.safetensors", sha256: await sha256(own) },
  };
  return { ...files, [`${part.plugin}/weights.safetensors`]: own, [`${part.plugin}/${part.plugin}.json`]: JSON.stringify(description) };
}

function drawWeights(weights: readonly WeightPlace[], random: Random): Uint8Array {
  return encodeSafetensors(
    new Map(
      weights.map(({ name, shape }) => {
        const stream = random.split(name);
        const data = new Float32Array(elementsOf(shape));
        return [name, { data: data.map(() => stream.normal()), shape }] as const;
      }),
    ),
  );
}
