import { validate, type EncoderContract, type EncoderPlugin, type Named, type PreprocessingOptions, type PretrainRequest, type PretrainConfig } from "@ssl3d/core";
import { isDeepStrictEqual } from "node:util";
import { readConfig, runPaths } from "../files/run-folder.js";
import type { DiscoveredPlugin } from "../plugins/discover.js";
import { readEncoderContract } from "./encoder-folder.js";
import { architectureDiffers } from "./errors.js";
import { readTransfer, type TransferEvent } from "./transfer-encoder.js";
import { usePlugin, type UsedPlugin } from "./use-plugin.js";

/** The encoder folder whose weights a run starts from. */
export interface WeightsSource {
  /** As the configuration names it. */
  readonly from: string;
  readonly contract: EncoderContract;
  /** The folder of the contract. */
  readonly folder: string;
}

/** What a pretraining run starts with. */
export interface Start {
  readonly architecture: UsedPlugin<EncoderPlugin>;
  readonly preprocessing: PreprocessingOptions;
  /** Where weights are to be taken from; none where they start at random or a checkpoint holds them. */
  readonly source?: WeightsSource;
  /** Of a resumed run: what it had started from. */
  readonly transfer?: TransferEvent;
}

/**
 * Architecture and preprocessing of a pretraining run: the configuration's, or those of the folder that it starts from. A resumed run
 * looks at what it wrote down itself, since that folder may have changed or gone.
 * @throws SSL3D_ARCHITECTURE_DIFFERS, SSL3D_RUN_NOT_FOUND, and as {@link readEncoderContract}
 */
export async function openStart(config: PretrainRequest, plugins: readonly DiscoveredPlugin[], resume: boolean): Promise<Start> {
  const { from } = config;
  if (from === undefined) {
    const { encoder, data } = config as PretrainConfig;
    return { architecture: await usePlugin(plugins, "encoder", encoder), preprocessing: data.preprocessing };
  }
  if (resume) {
    const before = (await readConfig(config.output)) as unknown as PretrainConfig;
    const transfer = await readTransfer(runPaths(config.output).log);
    return {
      architecture: await usePlugin(plugins, "encoder", config.encoder ?? before.encoder),
      preprocessing: config.data.preprocessing ?? before.data.preprocessing,
      ...(transfer && { transfer }),
    };
  }
  const { contract, folder } = await readEncoderContract(from);
  const architecture = await usePlugin(plugins, "encoder", config.encoder ?? contract.architecture);
  if (config.encoder !== null && config.partial !== true) requireSame(architecture, contract.architecture, from);
  return { architecture, preprocessing: config.data.preprocessing ?? contract.preprocessing, source: { from, contract, folder } };
}

/** Options are compared as the plugin resolves them: a folder of an earlier version may lack some. */
function requireSame({ plugin, options }: UsedPlugin<EncoderPlugin>, stored: Named, from: string): void {
  const describe = (name: string, values: unknown): string => `"${name}" with ${JSON.stringify(values)}`;
  const resolved = plugin.name === stored.name ? validate(plugin.options, stored.options, from) : stored.options;
  if (plugin.name !== stored.name || !isDeepStrictEqual(resolved, options))
    throw architectureDiffers(from, describe(stored.name, resolved), describe(plugin.name, options));
}
