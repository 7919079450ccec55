import * as tf from "@tensorflow/tfjs-core";
import { createRandom, disposeBatch, loadWeights, stackExamples, toBatch, type HostBatch, type PretrainConfig, type Random, type Volume } from "@ssl3d/core";
import { cropBlocks, gridPatchSize, placePatches, preprocess } from "@ssl3d/data";
import { reestimateStatistics } from "@ssl3d/heads";
import { activateEngine, diskCheckpoints, holdOut, openDataset, readConfig, runPaths, usePlugin, type DiscoveredPlugin } from "@ssl3d/node";
import { middlePatch, neighbourPatch, patchPosition, rpl, rplOptions, type RplExample } from "@ssl3d/task-rpl";

/** Examples of each held-out case. */
const EXAMPLES_A_CASE = 24;
const BATCH = 24;

interface Pair extends RplExample {
  readonly image: { readonly data: Float32Array; readonly shape: readonly number[] };
}

/** A pair of patches, in which direction its neighbour lies (-1, 0 or 1 along each axis), and its own stream of chance. */
interface Question {
  readonly pair: Pair;
  readonly direction: readonly number[];
  readonly random: Random;
}

/** The voxels to blank of the middle patch (0) and of its neighbour (1). */
type Choice = (patch: number, question: Question) => readonly number[];

/**
 * What is left of a finished run of 3D relative patch location where parts of held-out patches are blanked: accuracy by what was done to
 * them. Where borders matter more than as many voxels elsewhere, or edges that face each other more than those that do not, or where a
 * middle patch of another place and case does harm, the network may be matching the cuts. Blanked voxels take each channel's mean over them.
 */
export async function blankPatches(folder: string, plugins: readonly DiscoveredPlugin[]): Promise<Readonly<Record<string, number>>> {
  const config = (await readConfig(folder)) as unknown as PretrainConfig;
  await activateEngine(plugins);
  const options = rplOptions.parse((config.task as { options: unknown }).options);
  const volumes = await heldOutVolumes(config, plugins);
  const size = volumes[0]!.size;
  const grid = { perSide: options.patchesPerSide, jitter: options.patchJitter };
  const patch = gridPatchSize(size, grid);
  const architecture = await usePlugin(plugins, "encoder", config.encoder);
  const random = createRandom("blanked patches");
  const encoder = architecture.plugin.build({ rank: 3, channels: volumes[0]!.channels, options: architecture.options, random });
  const trainable = rpl.build({ encoder, options, inputSize: size, random });
  const weights = (await diskCheckpoints(runPaths(folder).checkpoints).loadLatest())!.checkpoint.weights;
  for (const [prefix, own] of [["encoder/", encoder.weights], ["head/", trainable.weights]] as const)
    loadWeights(own, new Map([...weights].flatMap(([name, array]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), array] as const] : []))));

  const questions = Array.from({ length: EXAMPLES_A_CASE * volumes.length }, (_, n) => ask(volumes[n % volumes.length]!, grid, patch, random.split(n)));
  const places = placesOf(patch);
  const margin = patch.map((side) => Math.max(1, Math.round(side / 8)));
  const border = everyVoxel(patch).filter((voxel) => places[voxel]!.some((place, axis) => place < margin[axis]! || place >= patch[axis]! - margin[axis]!));
  const box = (sides: readonly number[], stream: Random | undefined): number[] => {
    const begin = sides.map((side, axis) => (stream === undefined ? Math.floor((patch[axis]! - side) / 2) : stream.integer(0, patch[axis]! - side + 1)));
    return everyVoxel(patch).filter((voxel) => places[voxel]!.every((place, axis) => place >= begin[axis]! && place < begin[axis]! + sides[axis]!));
  };
  const cube = patch.map(() => Math.round(Math.cbrt(border.length)));
  const slab = (stream: Random): number[] => {
    const axis = stream.integer(0, 3);
    return box(patch.map((side, other) => (other === axis ? Math.round(border.length / (side * side)) : side)), stream);
  };
  /** The sides that look towards the other patch (1), or away from it (-1). */
  const sides = (which: number, sign: number): Choice => (index, { direction }) => {
    if (index !== which) return [];
    const toward = direction.map((step) => step * sign * (index === 0 ? 1 : -1));
    return everyVoxel(patch).filter((voxel) => places[voxel]!.some((place, axis) => (toward[axis]! > 0 ? place >= patch[axis]! - margin[axis]! : toward[axis]! < 0 && place < margin[axis]!)));
  };
  const blanked = (choice: Choice) => (question: Question): Pair => blank(question, choice);
  const cuts: Readonly<Record<string, (question: Question, n: number) => Pair>> = {
    "as they are": ({ pair }) => pair,
    [`borders (${border.length} of ${places.length} voxels)`]: blanked(() => border),
    "as many voxels: a slab": blanked((_, { random: own }) => slab(own.split("slab"))),
    "as many voxels: a cube": blanked((_, { random: own }) => box(cube, own.split("cube"))),
    "as many voxels: the core": blanked(() => box(cube, undefined)),
    "middle patch: sides towards the neighbour": blanked(sides(0, 1)),
    "middle patch: sides away from it": blanked(sides(0, -1)),
    "neighbour: sides towards the middle": blanked(sides(1, 1)),
    "neighbour: sides away from it": blanked(sides(1, -1)),
    "middle patch of another case and place": ({ pair, random: own }, n) => withMiddle(pair, ask(volumes[(n + 1) % volumes.length]!, grid, patch, own.split("other")).pair),
  };
  const plain = batches(questions.map(({ pair }) => pair));
  await reestimateStatistics({ encoder, trainable, batches: { batch: (index) => Promise.resolve(plain[index]!) }, count: plain.length });
  const found: Record<string, number> = {};
  for (const [name, change] of Object.entries(cuts)) {
    let sum = 0;
    for (const host of batches(questions.map(change))) {
      const batch = toBatch(host);
      const { loss, metrics } = trainable.step(batch, { training: false });
      sum += (await metrics["accuracy"]!.data())[0]! / plain.length;
      tf.dispose([loss, metrics]);
      disposeBatch(batch);
    }
    found[name] = sum;
  }
  trainable.dispose();
  encoder.dispose();
  return found;
}

async function heldOutVolumes(config: PretrainConfig, plugins: readonly DiscoveredPlugin[]): Promise<Volume<Float32Array>[]> {
  const dataset = await openDataset(await usePlugin(plugins, "dataset", config.data.dataset), config.data.path);
  const { held } = holdOut(dataset.cases.map(({ id }) => id), config.validationFraction, createRandom(config.seed).split("validation cases"));
  const images = await Promise.all(held.map((id) => dataset.loadImage(id)));
  return images.map((image) => preprocess(image, config.data.preprocessing).volume);
}

function ask(volume: Volume<Float32Array>, grid: { perSide: number; jitter: number }, patch: readonly number[], random: Random): Question {
  const starts = placePatches(volume.size, grid, random);
  const label = random.integer(0, grid.perSide ** 3 - 1);
  const chosen = [middlePatch(3, grid.perSide), neighbourPatch(3, grid.perSide, label)];
  const image = cropBlocks({ data: volume.voxels, shape: [...volume.size, volume.channels] }, chosen.map((index) => starts[index]!), patch);
  const [middle, neighbour] = chosen.map((index) => patchPosition(3, grid.perSide, index)) as [number[], number[]];
  return { pair: { image, label: { data: Int32Array.of(label), shape: [] } }, direction: neighbour.map((place, axis) => Math.sign(place - middle[axis]!)), random };
}

function blank(question: Question, choice: Choice): Pair {
  const { data, shape } = question.pair.image;
  const [images = 2, , , , channels = 1] = shape;
  const out = data.slice();
  for (let index = 0; index < images; index++) {
    const voxels = choice(index, question).map((voxel) => (index * out.length) / images + voxel * channels);
    for (let channel = 0; channel < channels && voxels.length > 0; channel++) {
      const mean = voxels.reduce((sum, at) => sum + out[at + channel]!, 0) / voxels.length;
      for (const at of voxels) out[at + channel] = mean;
    }
  }
  return { ...question.pair, image: { data: out, shape } };
}

function withMiddle(pair: Pair, other: Pair): Pair {
  const data = pair.image.data.slice();
  data.set(other.image.data.subarray(0, data.length / 2), 0);
  return { ...pair, image: { data, shape: pair.image.shape } };
}

function batches(pairs: readonly RplExample[]): HostBatch<RplExample>[] {
  const full = Array.from({ length: Math.floor(pairs.length / BATCH) }, (_, index) => pairs.slice(index * BATCH, (index + 1) * BATCH));
  return full.map((part) => stackExamples(part, part.map((_, index) => String(index))));
}

function everyVoxel(size: readonly number[]): number[] {
  return Array.from({ length: size.reduce((product, side) => product * side, 1) }, (_, voxel) => voxel);
}

/** [depth, height, width] of every voxel. */
function placesOf(size: readonly number[]): number[][] {
  const [, height = 1, width = 1] = size;
  return everyVoxel(size).map((voxel) => [Math.floor(voxel / (height * width)), Math.floor(voxel / width) % height, voxel % width]);
}
