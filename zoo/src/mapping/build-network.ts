import "@tensorflow/tfjs-backend-cpu";
import { readWeights, unknownPlugin, validate, type EncoderLevel, type EncoderPlugin, type HeadPlugin, type Named, type NamedArrays, type Random, type Weight } from "@ssl3d/core";
import { classification, grading, segmentation } from "@ssl3d/heads";
import { residualEncoder, unetEncoder } from "@ssl3d/nn";
import { NOTHING } from "../build-layout.js";
import type { Mapping } from "./mapping-file.js";

/** A plugin that a mapping file may name, and the npm package that brings it. */
export interface MappablePlugin {
  readonly package: string;
  readonly plugin: EncoderPlugin | HeadPlugin;
}

/** The plugins that mapping files may name without more being given. */
export const MAPPABLE_PLUGINS: readonly MappablePlugin[] = [
  ...[unetEncoder, residualEncoder].map((plugin) => ({ package: "@ssl3d/nn", plugin })),
  ...[segmentation, classification, grading].map((plugin) => ({ package: "@ssl3d/heads", plugin })),
];

/** The network that a mapping file describes. */
export interface MappedNetwork {
  readonly encoder: Named & { readonly package: string; readonly levels: readonly EncoderLevel[]; readonly output: EncoderLevel };
  readonly head: (Named & { readonly package: string; readonly inputSize: readonly number[] }) | null;
  /** Shapes of all weights, the encoder's under "encoder/", the head's under "head/". */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Their initial values; none where nothing was drawn. */
  readonly initial: NamedArrays;
}

/**
 * Builds the network of a mapping file, reads what its weights are called, and lets it go again.
 * @param random draws the initial values; without, they are not read
 * @throws SSL3D_PLUGIN_UNKNOWN, SSL3D_CONFIG_INVALID, SSL3D_CONFIG_UNKNOWN_KEY
 */
export async function buildNetwork(mapping: Mapping, label: string, plugins: readonly MappablePlugin[], random?: Random): Promise<MappedNetwork> {
  const { encoder: wanted, head: wantedHead } = mapping;
  const found = find(plugins, "encoder", wanted.name);
  const options = optionsOf(found.plugin, wanted.options, `${label}, options of the encoder`);
  const encoder = found.plugin.build({ rank: wanted.rank, channels: wanted.channels.length, options, random: random?.split("encoder") ?? NOTHING });
  try {
    const { levels, output } = encoder;
    const described = { name: wanted.name, package: found.package, options, levels, output };
    const own = await readNetwork("encoder/", encoder.weights, random);
    if (wantedHead === null) return { encoder: described, head: null, ...own };
    const { plugin, package: from } = find(plugins, "head", wantedHead.name);
    const headOptions = optionsOf(plugin, wantedHead.options, `${label}, options of the head`);
    const head = plugin.build({ encoder, options: headOptions, inputSize: wantedHead.inputSize, random: random?.split("head") ?? NOTHING });
    try {
      const { shapes, initial } = await readNetwork("head/", head.weights, random);
      return {
        encoder: described,
        head: { ...wantedHead, package: from, options: headOptions },
        shapes: new Map([...own.shapes, ...shapes]),
        initial: new Map([...own.initial, ...initial]),
      };
    } finally {
      head.dispose();
    }
  } finally {
    encoder.dispose();
  }
}

type OfKind<Kind extends MappablePlugin["plugin"]["kind"]> = Extract<MappablePlugin["plugin"], { kind: Kind }>;

function find<Kind extends MappablePlugin["plugin"]["kind"]>(
  plugins: readonly MappablePlugin[],
  kind: Kind,
  name: string,
): { readonly package: string; readonly plugin: OfKind<Kind> } {
  const ofKind = plugins.filter(({ plugin }) => plugin.kind === kind);
  const found = ofKind.find(({ plugin }) => plugin.name === name);
  if (found === undefined) throw unknownPlugin(kind, name, ofKind.map(({ plugin }) => plugin.name));
  return { package: found.package, plugin: found.plugin as OfKind<Kind> };
}

function optionsOf(plugin: MappablePlugin["plugin"], given: unknown, where: string): Readonly<Record<string, unknown>> {
  return validate(plugin.options, given, where) as Readonly<Record<string, unknown>>;
}

async function readNetwork(prefix: string, weights: readonly Weight[], random: Random | undefined): Promise<Pick<MappedNetwork, "shapes" | "initial">> {
  const shapes = new Map(weights.map(({ name, variable }) => [prefix + name, variable.shape]));
  const values = random === undefined ? [] : [...(await readWeights(weights, prefix))];
  // a copy: what was read may be the engine's own memory
  return { shapes, initial: new Map(values.map(([name, { data, shape }]) => [name, { data: data.slice(), shape }])) };
}
