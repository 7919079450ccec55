/** One layer of a Keras file, or one nested network: its name, and where its weights come from, in the file's order. */
export interface PlannedGroup {
  readonly name: string;
  readonly weights: readonly {
    /** As Keras spells it, e.g. "conv3d/kernel:0". */
    readonly name: string;
    /** Its place in the folder, e.g. "weights.safetensors: level0/conv1/kernel". */
    readonly place: string;
  }[];
}
