import type { GoldenFolder } from "./golden-folder.js";

/** One thing to check: passes if `run` returns (a remark, if any), fails with the message of what it throws. */
export interface GoldenCase {
  /** Path of its descriptor without extension, plus what tells it from others of that file, e.g. "losses/segmentation_cases:c3_random". */
  readonly name: string;
  /** The files it rests on, relative to the folder. Files that no kind claims are failures. */
  readonly files: readonly string[];
  run(): Promise<string | undefined>;
}

/** A family of golden cases. It finds its cases by their files and descriptors, never by a fixed list. */
export interface GoldenKind {
  /** What `--only` takes. */
  readonly name: string;
  /** One line for `--list`. */
  readonly summary: string;
  find(folder: GoldenFolder): Promise<readonly GoldenCase[]>;
}
