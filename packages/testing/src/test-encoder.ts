import { createRandom, isSsl3dError, type Encoder, type EncoderPlugin, type Mode, type Rank, type Trainable } from "@ssl3d/core";
import { createImageClassifier, type ClassifiedImages } from "@ssl3d/nn";
import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { ensure, type Check } from "./check.js";
import { checkLearning, type LearningSettings } from "./learning.js";
import { ensureClose, ensureGradients, ensureNoLeak } from "./measure.js";
import { createPhantom } from "./phantom.js";
import { checkOptions, resolveOptions } from "./test-options.js";

/** How an encoder is tested. */
export interface EncoderTestSettings {
  /** Options as a configuration would write them. Default {}: the plugin's defaults. */
  readonly options?: unknown;
  /** Voxels along every axis of the images, a multiple of the output's stride. Default: two strides. */
  readonly side?: number;
  /** Image channels. Default 2. */
  readonly channels?: number;
  /** How fast it must learn to tell phantoms from their mirror images (guessing: ln 2); by default that is not checked. */
  readonly learning?: Omit<LearningSettings, "chance">;
}

/** The contract of encoders, as checks for any test runner. Uses tfjs' current engine. */
export function testEncoder<Options>(plugin: EncoderPlugin<string, Options>, settings: EncoderTestSettings = {}): Check[] {
  const { options: written = {}, channels = 2 } = settings;
  const perRank = plugin.ranks.flatMap((rank) => {
    const build = (): Encoder =>
      plugin.build({ rank, channels, options: resolveOptions(plugin, written), random: createRandom("encoder") });
    const check = (name: string, run: (encoder: Encoder, images: Tensor) => Promise<void> | void): Check => ({
      name: `${rank}D: ${name}`,
      run: () =>
        ensureNoLeak(async () => {
          const encoder = build();
          const side = settings.side ?? 2 * encoder.output.stride;
          const images = randomTensor("images", [2, ...new Array<number>(rank).fill(side), channels]);
          try {
            await run(encoder, images);
          } finally {
            tf.dispose(images);
            encoder.dispose();
          }
        }),
    });
    return [
      ...(settings.learning === undefined ? [] : [checkMirrors(rank, channels, settings.side, build, settings.learning)]),
      check("features have the shapes that the levels promise", (encoder, images) => {
        tf.tidy(() => checkShapes(encoder, images));
      }),
      check("outputSize, where the encoder has it, tells the output's size, odd and even", (encoder, images) => {
        checkOutputSizes(encoder, images.shape[1] as number);
      }),
      check("every weight has a gradient", (encoder, images) => {
        ensureGradients(encoder.weights, () => tf.tidy(() => weigh(encoder, images, training())));
      }),
      check("the same seed gives the same features", (encoder, images) => {
        const twin = build();
        const [first, second] = [encoder, twin].map((one) => values(one, images, training()));
        twin.dispose();
        ensureClose("the output", second as Float32Array, first as Float32Array, 0);
      }),
      check("inference changes nothing and repeats itself", (encoder, images) => {
        const first = values(encoder, images, { training: false });
        ensureClose("the second output", values(encoder, images, { training: false }), first, 0);
      }),
      check("a frozen encoder keeps its statistics", (encoder, images) => {
        const state = (): number[] => encoder.weights.flatMap((weight) => Array.from(weight.variable.dataSync()));
        const before = state();
        encoder.frozen = true;
        values(encoder, images, training());
        ensureClose("the weights", state(), before, 0);
      }),
      check("weights have unique names", ({ weights }) => {
        ensure(new Set(weights.map((weight) => weight.name)).size === weights.length, "expected unique names, received some twice");
      }),
    ];
  });
  return [checkOptions(plugin, written), ...perRank];
}

/** Mirrors lopsided phantoms along their first axis, or not, and asks which. */
function checkMirrors(
  rank: Rank,
  channels: number,
  side: number | undefined,
  encoder: () => Encoder,
  learning: Omit<LearningSettings, "chance">,
): Check {
  let length = side;
  const sideOf = (): number => {
    if (length === undefined) {
      const built = encoder();
      length = 2 * built.output.stride;
      built.dispose();
    }
    return length;
  };
  const example = (n: number): ClassifiedImages => {
    const { voxels, size } = createPhantom({ rank, side: sideOf(), channels, seed: n % 12, lopsided: true }).image;
    const mirrored = createRandom("mirror").split(n).chance(0.5);
    const row = voxels.length / sideOf();
    const rows = Array.from({ length: sideOf() }, (_, i) => voxels.subarray(i * row, (i + 1) * row));
    const data = new Float32Array(voxels.length);
    (mirrored ? rows.reverse() : rows).forEach((values, i) => data.set(values, i * row));
    return { image: { data, shape: [...size, channels] }, label: { data: Int32Array.of(mirrored ? 1 : 0), shape: [] } };
  };
  const options = { widths: [], batchNorm: false, dropout: 0 };
  const build = (network: Encoder): Trainable<ClassifiedImages> =>
    createImageClassifier({ name: "mirror images", encoder: network, imageSize: new Array<number>(rank).fill(sideOf()), classes: 2, options, random: createRandom("mirror") });
  return checkLearning({ rank, example, encoder, build }, { chance: Math.LN2, ...learning });
}

function checkShapes(encoder: Encoder, images: Tensor): void {
  const { pyramid, output, pooled } = encoder.forward(images, { training: false });
  const expectShape = (what: string, actual: Tensor, stride: number, channels: number): void => {
    const size = images.shape.slice(1, -1).map((length) => Math.floor(length / stride));
    ensureShape(what, actual, [images.shape[0], ...size, channels]);
  };
  ensure(pyramid.length === encoder.levels.length, `expected ${encoder.levels.length} levels, received ${pyramid.length}`);
  encoder.levels.forEach(({ channels, stride }, level) => expectShape(`level ${level}`, pyramid[level] as Tensor, stride, channels));
  if (output.rank === 2) ensureShape("the globally pooled output", output, [images.shape[0], encoder.output.channels]);
  else expectShape("the output", output, encoder.output.stride, encoder.output.channels);
  const bottleneck = pyramid[pyramid.length - 1] as Tensor;
  const mean = tf.mean(bottleneck, bottleneck.shape.slice(1, -1).map((_, axis) => axis + 1));
  ensureClose("pooled", pooled.dataSync(), mean.dataSync(), 1e-4);
}

/** What is added to the sides of images along each axis, so that most are no multiples of the strides. */
const ADDED_SIDES = [[0, 0, 0], [0, 1, 2], [3, 0, 7], [5, 6, 11]] as const;

function checkOutputSizes(encoder: Encoder, side: number): void {
  if (encoder.outputSize === undefined) return;
  for (const added of ADDED_SIDES) {
    const size = added.slice(0, encoder.rank).map((amount) => side + amount);
    const expected = sizeComputed(encoder, size);
    if (expected === undefined && added[2] > 0) continue;
    ensure(expected !== undefined, `expected features of images of [${size.join(", ")}], received a refusal`);
    const told = encoder.outputSize(size);
    ensure(told.join() === expected.join(), `outputSize of [${size.join(", ")}]: expected [${expected.join(", ")}], received [${told.join(", ")}]`);
  }
}

/** Undefined for sizes that the encoder refuses. */
function sizeComputed(encoder: Encoder, size: readonly number[]): number[] | undefined {
  try {
    return tf.tidy(() => encoder.forward(tf.zeros([1, ...size, encoder.channels]), { training: false }).output.shape.slice(1, -1));
  } catch (error) {
    if (isSsl3dError(error)) return undefined;
    throw error;
  }
}

function ensureShape(what: string, { shape }: Tensor, expected: readonly number[]): void {
  ensure(shape.join() === expected.join(), `${what}: expected shape [${expected.join(", ")}], received [${shape.join(", ")}]`);
}

/** A loss that every feature counts in, each with another weight. */
function weigh(encoder: Encoder, images: Tensor, mode: Mode): Scalar {
  const { pyramid, output } = encoder.forward(images, mode);
  const parts = [...pyramid, output].map((tensor, index) => tf.mean(tf.mul(tensor, randomTensor(`weights ${index}`, tensor.shape))));
  return tf.addN(parts) as Scalar;
}

function values(encoder: Encoder, images: Tensor, mode: Mode): Float32Array {
  return tf.tidy(() => Float32Array.from(encoder.forward(images, mode).output.dataSync()));
}

function training(): Mode {
  return { training: true, random: createRandom("dropout") };
}

function randomTensor(seed: string, shape: readonly number[]): Tensor {
  const random = createRandom(seed);
  const length = shape.reduce((product, size) => product * size, 1);
  return tf.tensor(Float32Array.from({ length }, () => random.normal()), [...shape]);
}
