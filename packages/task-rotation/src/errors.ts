import { Ssl3dError } from "@ssl3d/core";

/** Images so small that the encoder pools them away. */
export function imageTooSmall(side: number, stride: number): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_ROTATION_IMAGE_TOO_SMALL",
    message: `Expected images of at least ${stride} voxels along every axis, which this encoder pools to one, received ${side}.`,
    fix: `Use larger images (option \`size\` of the preprocessing), or an encoder with fewer levels.`,
    facts: { side, stride },
  });
}
