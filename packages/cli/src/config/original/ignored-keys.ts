/** Keys that configurations of the original hold although no code of its training read them, and what was meant. */
export const DEAD_KEYS: Readonly<Record<string, string>> = {
  clipnorm: "only fine-tuning clips",
  clipvalue: "only fine-tuning clips",
  dim_prediction_layers: "only fine-tuning reads it",
  embed_dim: "the key of codes is code_size",
  load_weights: "training starts from random weights",
  loss: "each task has its own",
  metrics: "each task has its own",
  n_channels: "the key is number_channels",
  n_prediction_layers: "only fine-tuning reads it",
  num_classes: "each task has its own",
  patch_dim: "it follows from data_dim, patches_per_side and patch_jitter",
  scores: "only fine-tuning has them",
  split_per_side: "the key is patches_per_side",
  train3D: "the key is data_is_3D",
  val_split: "the key is train_val_split, the share that is trained on",
};

/** Keys that the original read and that have no counterpart here. */
export const MACHINE_KEYS: Readonly<Record<string, string>> = {
  log_level: "it is TensorFlow's",
  use_gpu: "--engine chooses what computes",
};

/** Keys that only the original's fine-tuning configurations have. */
export const FINETUNE_KEYS: readonly string[] = [
  "csv_file_test",
  "csv_file_train",
  "data_dir_test",
  "data_dir_train",
  "do_cross_val",
  "epochs_frozen",
  "epochs_initialized",
  "epochs_random",
  "epochs_warmup",
  "exp_splits",
  "model_checkpoint",
  "prediction_architecture",
  "repetitions",
  "test_data_generator_args",
];
