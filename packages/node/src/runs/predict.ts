import { writeNifti, writePng } from "@ssl3d/data";
import { activateEngine, type ActiveEngine, type EngineRequest } from "../engine/activate-engine.js";
import { channelsMismatch, predictOutput, rankMismatch } from "./errors.js";
import { writeFileAtomic } from "../files/atomic.js";
import { discoverPlugins } from "../plugins/discover.js";
import { answersOf, classifyImage, type ImageAnswers } from "./classify-image.js";
import { loadModel } from "./head-folder.js";
import { readInput } from "./read-input.js";
import { searchPlaces, type CallOptions } from "./run-options.js";
import { labelValuesOf, segmentVolume } from "./segment-volume.js";
import { warnUnknown } from "./warn-unknown.js";

/** What {@link predict} reads and writes. */
export interface PredictRequest extends EngineRequest {
  /** Folder of a fine-tuning run. */
  readonly model: string;
  /** A NIfTI file with all channels, or one file a channel, in order. */
  readonly input: readonly string[];
  /** File to write: .nii.gz or .nii for volumes, .png for 2D labels, .json for classes and grades, where it may be left out. */
  readonly output?: string;
}

/** What {@link predict} found: labels of voxels, or a class or grade of the image. */
export type PredictResult = SegmentationResult | ClassificationResult;

/** A class, a grade, or numbers, of which `label` is the one rounded; the content of the JSON file, too. */
export interface ClassificationResult extends ImageAnswers {
  readonly id: string;
  readonly label: number;
  readonly name: string;
  readonly engine: ActiveEngine;
  readonly output?: string;
}

/** Labels of voxels. */
export interface SegmentationResult {
  readonly output: string;
  readonly engine: ActiveEngine;
  /** Voxels of each label. */
  readonly voxels: Readonly<Record<string, number>>;
}

/**
 * Segments a volume with a fine-tuned model and writes the labels over the input's own geometry; a model of classes or grades
 * tells that of the image.
 * @throws SSL3D_PREDICT_OUTPUT where the output's ending does not fit the model, and those of reading and loading
 */
export async function predict(
  request: PredictRequest,
  options: CallOptions = {},
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
    const message = warnUnknown(model.contract, request.model);
    if (message !== undefined) options.onEvent?.({ type: "warning", message });
    const { output } = request;
    if (model.plugin.plugin.predicts === "image") {
      if (output !== undefined && !/\.json$/i.test(output)) throw predictOutput(output, ".json");
      const probabilities = await classifyImage(volume, { head: model.head, preprocessing });
      const decision = model.plugin.plugin.decide?.(probabilities, model.plugin.options) ?? { label: -1, name: "" };
      const result = { id: volume.id, ...decision, ...answersOf(model.plugin.plugin, probabilities), engine, ...(output !== undefined && { output }) };
      if (output !== undefined) await writeFileAtomic(output, `${JSON.stringify(result, null, 2)}\n`);
      return result;
    }
    const endings = rank === 2 ? /\.(png|nii(\.gz)?)$/i : /\.nii(\.gz)?$/i;
    if (output === undefined || !endings.test(output)) throw predictOutput(output ?? "", rank === 2 ? ".png" : ".nii.gz or .nii");
    const { labels } = await segmentVolume(volume, {
      head: model.head,
      preprocessing,
      patchSize: model.inputSize,
      labelValues: labelValuesOf(model.plugin.options),
    });
    const bytes = /\.png$/i.test(output) ? writePng(labels) : await writeNifti(labels, { compress: !output.endsWith(".nii") });
    await writeFileAtomic(output, bytes);
    const voxels: Record<string, number> = {};
    for (const label of labels.voxels) voxels[label] = (voxels[label] ?? 0) + 1;
    return { output, engine, voxels };
  } finally {
    model.head.dispose();
    model.encoder.dispose();
  }
}
