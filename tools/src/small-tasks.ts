/** Narrow layers between the encoder and the classes: the original's 2048 and 1024 would hold fifty times the encoder's weights. */
const HEAD = { widths: [256, 64], dropout: 0 };
const PATCHES = { ...HEAD, patchesPerSide: 3, patchJitter: 3 };

/** Options of the proxy tasks for the small encoders and volumes of our studies. */
export const SMALL_TASKS: Readonly<Record<"cpc" | "rotation" | "jigsaw" | "rpl" | "exemplar" | "masked", Readonly<Record<string, unknown>>>> = {
  cpc: { codeSize: 128, contextSize: 128 },
  rotation: HEAD,
  jigsaw: PATCHES,
  rpl: PATCHES,
  exemplar: { codeSize: 128 },
  masked: { blockSize: 8, maskFraction: 0.6 },
};
