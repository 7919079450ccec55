import { Ssl3dError } from "@ssl3d/core";

/** Images that an encoder's layers would shrink to nothing. */
export function imageTooSmall(encoder: string, minimum: number, side: number): Ssl3dError {
  return new Ssl3dError({
    code: "SSL3D_2D_IMAGE_TOO_SMALL",
    message: `The encoder "${encoder}" takes images or patches of at least ${minimum} voxels along both axes, but received one of ${side}.`,
    fix: 'Use larger images or fewer patches per side; an Inception encoder takes images from 32 voxels with its option `padding: "same"`.',
    facts: { encoder, minimum, side },
  });
}
