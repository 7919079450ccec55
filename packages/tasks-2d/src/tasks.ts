import type { TaskPlugin } from "@ssl3d/core";
import { cpc, cpcOptions, PUBLISHED_PATCHES, type CpcExample, type CpcOptions } from "@ssl3d/task-cpc";
import { exemplar, exemplarOptions, type ExemplarExample, type ExemplarOptions } from "@ssl3d/task-exemplar";
import { jigsaw, jigsawOptions, type JigsawExample, type JigsawOptions } from "@ssl3d/task-jigsaw";
import { rotation, rotationOptions, type RotationExample, type RotationOptions } from "@ssl3d/task-rotation";
import { rpl, rplOptions, type RplExample, type RplOptions } from "@ssl3d/task-rpl";
import { as2d } from "./as-2d.js";

/** The original's grid for images: 3 patches per side, of images of 224 voxels, each with 8 voxels of play. */
const GRID = { patchesPerSide: 3, patchJitter: 8 } as const;

/** Contrastive predictive coding on images: 5 patches per side, without flips. */
export const cpc2d: TaskPlugin<"cpc-2d", CpcOptions, CpcExample> = as2d(cpc, "cpc-2d", cpcOptions, PUBLISHED_PATCHES[2]);

/** Exemplar networks on images: quarter turns, flips, brightness and contrast. */
export const exemplar2d: TaskPlugin<"exemplar-2d", ExemplarOptions, ExemplarExample> = as2d(exemplar, "exemplar-2d", exemplarOptions, {});

/** Jigsaw puzzles of images: 9 pieces, 100 orders. */
export const jigsaw2d: TaskPlugin<"jigsaw-2d", JigsawOptions, JigsawExample> = as2d(jigsaw, "jigsaw-2d", jigsawOptions, GRID);

/** Rotation prediction on images: 4 classes. */
export const rotation2d: TaskPlugin<"rotation-2d", RotationOptions, RotationExample> = as2d(rotation, "rotation-2d", rotationOptions, {});

/** Relative patch location on images: 8 classes. */
export const rpl2d: TaskPlugin<"rpl-2d", RplOptions, RplExample> = as2d(rpl, "rpl-2d", rplOptions, GRID);
