/** A configuration as the original published it: facts only, laid out anew. */
export type PublishedConfig = Readonly<Record<string, unknown>>;

const big = { top_architecture: "big_fully" };
const fundus = {
  dataset_name: "kaggle_retina",
  data_dir: "kaggle_retina_2019/images/resized_224",
  train_data_generator_args: { augment: true, shuffle: true },
  val_data_generator_args: { augment: false },
  data_is_3D: false,
  data_dim: 224,
  number_channels: 3,
  encoder_architecture: "DenseNet121",
  lr: 1e-5,
  val_split: 0.05,
  epochs: 1000,
  ...big,
};
const fundusUkb = {
  ...fundus,
  dataset_name: "ukb2d",
  data_dir: "ukbiobank/retinal_fundus/images_resized_224",
  train_data_generator_args: { augment: false, shuffle: true },
};
const slices = {
  dataset_name: "pancreas2d",
  data_dir: "pancreas_data/img_slices_128_single",
  data_is_3D: false,
  data_dim: 128,
  number_channels: 1,
  batch_size: 64,
  lr: 1e-5,
  val_split: 0.05,
  epochs: 250,
  ...big,
};
const pancreas = {
  dataset_name: "pancreas3d",
  data_dir: "Task07_Pancreas/images_resized_128_bbox/",
  data_is_3D: true,
  enc_filters: 16,
  data_dim: 128,
  number_channels: 1,
  lr: 1e-4,
  epochs: 1000,
  ...big,
};
const brain = { ...pancreas, dataset_name: "ukb3d", data_dir: "ukbiobank/brain_mri/images_resized_128_labeled/train/", number_channels: 2 };

const predictive2d = { algorithm: "cpc", patches_per_side: 5, code_size: 1024, save_checkpoint_every_n_epochs: 25 };
const predictive3d = { algorithm: "cpc", patches_per_side: 4, code_size: 1024, embed_dim: 64, batch_size: 32 };
const exemplar = { algorithm: "exemplar", code_size: 1024, sample_neg_examples_from: "dataset" };
const grid = { patches_per_side: 3 };

/** The training configurations (configs/train) of self-supervised-3d-tasks, by the names of their files. */
export const PUBLISHED_CONFIGS: Readonly<Record<string, PublishedConfig>> = {
  cpc_2d: { ...fundus, ...predictive2d, batch_size: 64, crop_size: 224 },
  cpc_2d_pancreas: { ...slices, ...predictive2d, batch_size: 256, crop_size: 128 },
  cpc_2d_ukb: { ...fundusUkb, ...predictive2d, batch_size: 64, crop_size: 224 },
  cpc_3d: { ...pancreas, ...predictive3d },
  cpc_3d_ukb: { ...brain, ...predictive3d, number_channels: 1, lr: 1e-3 },
  exemplar_2d: { ...fundus, ...exemplar, batch_size: 16 },
  exemplar_2d_pancreas: { ...slices, ...exemplar },
  exemplar_2d_ukb: { ...fundusUkb, ...exemplar, batch_size: 16 },
  exemplar_3d: { ...pancreas, ...exemplar, batch_size: 2 },
  exemplar_3d_ukb: { ...brain, ...exemplar, batch_size: 2 },
  jigsaw_2d: { ...fundus, ...grid, algorithm: "jigsaw", patch_jitter: 8, batch_size: 32 },
  jigsaw_2d_pancreas: { ...slices, ...grid, algorithm: "jigsaw", patch_jitter: 4 },
  jigsaw_2d_ukb: { ...fundusUkb, ...grid, algorithm: "jigsaw", patch_jitter: 8, batch_size: 32 },
  jigsaw_3d: { ...pancreas, ...grid, algorithm: "jigsaw", patch_jitter: 3, batch_size: 8 },
  jigsaw_3d_ukb: { ...brain, ...grid, algorithm: "jigsaw", patch_jitter: 3, batch_size: 8 },
  rotation_2d: { ...fundus, algorithm: "rotation", train_data_generator_args: { augment_zoom_only: true, shuffle: true }, batch_size: 32 },
  rotation_2d_pancreas: { ...slices, algorithm: "rotation" },
  rotation_2d_ukb: { ...fundusUkb, algorithm: "rotation", batch_size: 64 },
  rotation_3d: { ...pancreas, algorithm: "rotation", batch_size: 4 },
  rotation_3d_ukb: { ...brain, algorithm: "rotation", batch_size: 4 },
  rpl_2d: { ...fundus, ...grid, algorithm: "rpl", patch_jitter: 8, batch_size: 32 },
  rpl_2d_pancreas: { ...slices, ...grid, algorithm: "rpl", patch_jitter: 4 },
  rpl_2d_ukb: { ...fundusUkb, ...grid, algorithm: "rpl", patch_jitter: 8, batch_size: 128 },
  rpl_3d: { ...pancreas, ...grid, algorithm: "rpl", patch_jitter: 3, batch_size: 32 },
  rpl_3d_ukb: { ...brain, ...grid, algorithm: "rpl", patch_jitter: 3, batch_size: 32 },
};

/** One that the original could not have trained as it was meant. */
export const BROKEN_CONFIG: PublishedConfig = {
  algorithm: "cpc",
  dataset_name: "brats",
  data_dir: "brats/images_resized_128",
  data_dim: 128,
  train3D: true,
  n_channels: 4,
  embed_dim: 128,
  split_per_side: 4,
  num_layers: 4,
  batch_size: 64,
  epochs: 500,
  lr: 1e-3,
};
