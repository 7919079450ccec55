import type { FinetuneInput } from "./finetune.js";
import type { PretrainInput } from "./pretrain.js";

/** Returns the configuration as it is: gives a TypeScript configuration file completion and checks. */
export function defineConfig<const Config extends PretrainInput | FinetuneInput>(config: Config): Config {
  return config;
}
