export { rotation, type RotationExample } from "./rotation.js";
export { rotationOptions, type RotationInput, type RotationOptions } from "./options.js";
export { describeRotation, ROTATIONS, type RightAngle } from "./right-angles.js";
export { rotateByClass, type RotatedImage } from "./rotate.js";
