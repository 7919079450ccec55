import { writeNifti } from "@ssl3d/data";
import { activateEngine, type ActiveEngine, type EngineRequest } from "../engine/activate-engine.js";
import { channelsMismatch, rankMismatch } from "../errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import { discoverPlugins } from "../plugins/discover.js";
import { loadModel } from "./head-folder.js";
import { readInput } from "./read-input.js";
import { searchPlaces, type RunOptions } from "./run-options.js";
import { labelValuesOf, segmentVolume } from "./segment-volume.js";

/** What {@link predict} reads and writes. */
export interface PredictRequest extends EngineRequest {
  /** Folder of a fine-tuning run. */
  readonly model: string;
  /** A NIfTI file with all channels, or one file a channel, in order. */
  readonly input: readonly string[];
  /** NIfTI file to write: .nii.gz or .nii. */
  readonly output: string;
}

/** What {@link predict} found. */
export interface PredictResult {
  readonly output: string;
  readonly engine: ActiveEngine;
  /** Voxels of each label. */
  readonly voxels: Readonly<Record<string, number>>;
}

/** Segments a volume with a fine-tuned model and writes the labels over the input's own geometry. */
export async function predict(
  request: PredictRequest,
  options: Pick<RunOptions, "cwd" | "bundled"> = {},
): Promise<PredictResult> {
  const volume = await readInput(request.input);
  const { plugins } = await discoverPlugins(searchPlaces(options));
  const engine = await activateEngine(plugins, request);
  const model = await loadModel(request.model, plugins);
  try {
    const { rank, inputChannels, preprocessing } = model.contract;
    const where = request.input.join(", ");
    if (volume.size.length !== rank) throw rankMismatch(rank, volume.size.length, where);
    if (volume.channels !== inputChannels.length) throw channelsMismatch(inputChannels.length, volume.channels, where);
    const { labels } = await segmentVolume(volume, {
      head: model.head,
      preprocessing,
      patchSize: model.inputSize,
      labelValues: labelValuesOf(model.plugin.options),
    });
    await writeFileAtomic(request.output, await writeNifti(labels, { compress: !request.output.endsWith(".nii") }));
    const voxels: Record<string, number> = {};
    for (const label of labels.voxels) voxels[label] = (voxels[label] ?? 0) + 1;
    return { output: request.output, engine, voxels };
  } finally {
    model.head.dispose();
    model.encoder.dispose();
  }
}
