import type { UnetEncoderOptions } from "@ssl3d/nn";
import { inceptionResnetV2Network, inceptionV3Network, type NetworkGraph } from "@ssl3d/tasks-2d";
import type { WeightPlace } from "../build-layout.js";
import { layersOf, type KerasLayer, type KerasSession } from "./keras-session.js";

/** An encoder as the original builds it: the model's name, and its layers in Keras' order. */
export interface EncoderLayers {
  readonly name: string;
  readonly layers: readonly KerasLayer[];
}

/** What an encoder is, and the weights of our network of it. */
export interface EncoderRequest {
  readonly name: string;
  readonly rank: 2 | 3;
  readonly options: Readonly<Record<string, unknown>>;
  readonly weights: readonly WeightPlace[];
}

/** Keras' names of the networks of its applications, by the plugins that build them. */
export const APPLICATIONS: Readonly<Record<string, string>> = {
  "densenet-121": "densenet121",
  densenet: "densenet",
  "resnet-50": "resnet50",
  "resnet-101": "resnet101",
  "resnet-152": "resnet152",
  "resnet-50-v2": "resnet50v2",
  "resnet-101-v2": "resnet101v2",
  "resnet-152-v2": "resnet152v2",
  resnet: "resnet",
  "inception-v3": "inception_v3",
  "inception-resnet-v2": "inception_resnet_v2",
};

const INCEPTIONS: Readonly<Record<string, () => NetworkGraph>> = { "inception-v3": inceptionV3Network, "inception-resnet-v2": inceptionResnetV2Network };

/** Names an encoder's layers as the original's builder does in a session. */
export function encoderLayers(session: KerasSession, request: EncoderRequest): EncoderLayers {
  return request.name === "unet" ? unetLayers(session, request) : applicationLayers(session, request);
}

/** The original's encoder is a chain: two convolutions a level with what normalises and drops behind them, and a pooling. */
function unetLayers(session: KerasSession, { rank, options, weights }: EncoderRequest): EncoderLayers {
  const { levels, pooling, dropout, dropoutChangePerLevel } = options as unknown as UnetEncoderOptions;
  const own = layersOf("encoder", weights);
  const layers = [session.plain("input")];
  for (let level = 0; level <= levels; level++) {
    for (const half of ["1", "2"]) {
      for (const kind of ["conv", "norm"]) {
        const layer = own.find(({ prefix }) => prefix === `level${level}/${kind}${half}`);
        if (layer !== undefined) layers.push(session.weighted(layer));
      }
      if (half === "1" && dropout + level * dropoutChangePerLevel > 0) layers.push(session.plain("dropout"));
    }
    const last = level === levels ? pooling : "max";
    if (last !== "none") layers.push(session.plain(`${last}_pooling${rank}d`));
  }
  return { name: session.name("model"), layers };
}

/** The networks of Keras applications, of which only the layers with weights and the final pooling are listed. */
function applicationLayers(session: KerasSession, { name, options, weights }: EncoderRequest): EncoderLayers {
  const input = session.plain("input");
  const automatic = INCEPTIONS[name] && inceptionNames(session, INCEPTIONS[name]());
  const layers = layersOf("encoder", weights).map((layer) => session.weighted(layer, automatic?.get(layer.prefix) ?? layer.prefix));
  const pooling = String(options["pooling"]);
  const pool = automatic === undefined ? `${pooling.slice(0, 3)}_pool` : session.name(`global_${pooling}_pooling2d`);
  return { name: APPLICATIONS[name]!, layers: [input, ...layers, ...(pooling === "none" ? [] : [{ name: pool, weights: [] }])] };
}

/** Most layers of the Inception networks are named by the session, in the order of their making, which is that of our nodes. */
function inceptionNames(session: KerasSession, { nodes }: NetworkGraph): Map<string, string> {
  return new Map(
    nodes.flatMap(({ name, operation: { kind } }) => {
      if (kind !== "convolution" && kind !== "normalisation") return [];
      const [block, place] = [name.slice(0, name.lastIndexOf("/")), name.slice(name.lastIndexOf("/") + 1)];
      if (block === "conv_7b") return [[name, kind === "convolution" ? block : `${block}_bn`] as const];
      if (place === "up") return [[name, `${block}_conv`] as const];
      return [[name, session.name(kind === "convolution" ? "conv2d" : "batch_normalization")] as const];
    }),
  );
}
