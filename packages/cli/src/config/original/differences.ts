import { loaderOf } from "./loaders.js";
import type { OriginalKind, OriginalValues } from "./original-values.js";
import { examplesPerImage, imagesPerBatch } from "./plan-epochs.js";

/** What is done otherwise than by the original, where it was wrong: sentences. */
export function correctionsOf(values: OriginalValues, { algorithm, rank, layoutNamed }: OriginalKind): string[] {
  const { dataset_name: name, number_channels: channels, batch_size: batch } = values;
  const said: string[] = [];
  if (algorithm === "cpc") {
    said.push(`The loss is InfoNCE, as in the paper; the original's code told single pairs apart (task.options.loss "pairs").`);
    said.push(
      `The original made ${examplesPerImage(values)} examples of an image, and its batches ran on to the end of a file; here a batch is counted in images: ${imagesPerBatch(values)} for its ${batch}.`,
    );
  }
  if (algorithm === "exemplar")
    said.push(
      `All three images share one projection; the original's three separate ones let the loss fall without a look at the images (task.options.projection "separate").`,
    );
  const loader = layoutNamed ? undefined : loaderOf(name);
  if (loader?.dataset === "image-folder") said.push("Intensities go from 0 to 1 by image and channel; the original divided them by 255.");
  else if (rank === 3 && channels > 1)
    said.push("Intensities go from 0 to 1 by channel; the original scaled all channels together, so that the brightest dimmed the others.");
  return said;
}

/** What the original did at this configuration's word, and ssl3d does not. */
export function notTakenOver({ train_data_generator_args: training, val_data_generator_args: validation }: OriginalValues): string[] {
  const said: string[] = [];
  for (const [name, args] of [["train_data_generator_args", training], ["val_data_generator_args", validation]] as const) {
    if (args.augment === true || args.augment_zoom_only === true) {
      const key = args.augment_zoom_only === true ? "augment_zoom_only" : "augment";
      said.push(`${name}.${key} (images reach the task as they are, without random zoom${key === "augment" ? " and flips" : ""})`);
    }
  }
  if (training.shuffle === false) said.push("train_data_generator_args.shuffle (examples always come in random order)");
  return said;
}
