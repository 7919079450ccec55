import type { Rank } from "@ssl3d/core";

/** The original's proxy tasks, by the names that they have there and here. */
export const ALGORITHMS = ["cpc", "exemplar", "jigsaw", "rotation", "rpl"] as const;

/** The name of a proxy task of the original. */
export type Algorithm = (typeof ALGORITHMS)[number];

/** What decides which keys a configuration of the original has, and their defaults. */
export interface OriginalKind {
  readonly algorithm: Algorithm;
  readonly rank: Rank;
  /** Whether the layout of the data is named beside the configuration, which then says nothing about it. */
  readonly layoutNamed: boolean;
}

/** Arguments of the original's loaders; which of them one takes depends on `dataset_name`. */
export interface GeneratorArguments {
  readonly shuffle?: boolean | undefined;
  readonly augment?: boolean | undefined;
  readonly augment_zoom_only?: boolean | undefined;
  readonly n_classes?: number | undefined;
  readonly patch_size?: readonly number[] | undefined;
  readonly patches_per_scan?: number | undefined;
}

/** A training configuration of the original, checked, with its defaults. Keys that its task does not read are absent. */
export interface OriginalValues {
  readonly algorithm: Algorithm;
  readonly data_dir: string;
  readonly dataset_name: string;
  readonly data_is_3D: boolean;
  readonly data_dim: number;
  readonly number_channels: number;
  readonly epochs: number;
  readonly batch_size: number;
  readonly lr: number;
  readonly train_val_split: number;
  readonly base_workspace: string;
  readonly save_checkpoint_every_n_epochs: number | null;
  readonly train_data_generator_args: GeneratorArguments;
  readonly val_data_generator_args: GeneratorArguments;
  readonly encoder_architecture: string | null;
  readonly enc_filters: number;
  readonly num_layers: number;
  readonly pooling: "max" | "avg" | "none" | null;
  readonly model_params: {
    readonly use_batch_norm: boolean;
    readonly dropout: number;
    readonly dropout_change_per_layer: number;
  };
  readonly top_architecture?: "big_fully" | "simple_multiclass" | null;
  readonly patches_per_side?: number;
  readonly patch_jitter?: number;
  readonly crop_size?: number | null;
  readonly code_size?: number;
  readonly sample_neg_examples_from?: "batch" | "dataset";
}
