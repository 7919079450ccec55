/** The anatomies that this package ships. */
export type AnatomyName = "colin27" | "icbm152";

/** What is known of an anatomy that this package ships. */
export interface Anatomy {
  /** Name in this package's `assets` folder. */
  readonly file: string;
  readonly title: string;
  /** Who must be named. */
  readonly attribution: string;
  /** T1 brightness of one step of the file's fourth channel. */
  readonly t1Scale: number;
  /** T1 brightness of cerebrospinal fluid, grey and white matter. */
  readonly tissueMeans: readonly [number, number, number];
  /** T1 brightness of one unit of texture. */
  readonly textureScale: number;
}

/** The anatomies shipped in `assets`: tissue maps and T1 on a 2 mm grid of 88 x 96 x 96 voxels. */
export const ANATOMIES: Readonly<Record<AnatomyName, Anatomy>> = {
  colin27: {
    file: "colin27_2mm_csf-gm-wm-t1_u8.nii.gz",
    title: "Colin27, one man's brain averaged over 27 scans",
    attribution:
      "Holmes CJ, Hoge R, Collins L, Woods R, Toga AW, Evans AC. Enhancement of MR images using registration for signal averaging. J Comput Assist Tomogr 22:324-333 (1998). Brain-extracted volume from MRIcron by Chris Rorden.",
    t1Scale: 134 / 255,
    tissueMeans: [32, 84, 111],
    textureScale: 80,
  },
  icbm152: {
    file: "mni152_sym09a_2mm_csf-gm-wm-t1_u8.nii.gz",
    title: "ICBM152 2009a symmetric, the average of 152 brains",
    attribution:
      "Fonov V, Evans AC, Botteron K, Almli CR, McKinstry RC, Collins DL. Unbiased average age-appropriate atlases for pediatric studies. NeuroImage 54:313-327 (2011). Volumes from nilearn.",
    t1Scale: 1,
    tissueMeans: [76, 166, 222],
    textureScale: 160,
  },
};
